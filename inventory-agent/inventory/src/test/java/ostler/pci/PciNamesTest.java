package ostler.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PciNamesTest {

  private static final PciId A100 = PciId.parse("10de:20b0");
  private static final PciId MI300X = PciId.parse("1002:74a1");
  private static final PciId NOBODY = PciId.parse("dead:beef");

  @TempDir private Path root;

  @Test
  void theExcerptKnowsTheAcceleratorsAndAllClasses() throws IOException {
    PciNames names = PciNames.excerpt(Set.of(A100, MI300X));
    assertEquals("NVIDIA GA100 [A100 SXM4 40GB]", names.brief(A100));
    assertEquals("AMD/ATI Aqua Vanjaram [Instinct MI300X]", names.brief(MI300X));
    assertEquals(Optional.of("3D controller"), names.pciClass(PciClass.parse("0x030200")));
    assertEquals(
        Optional.of("Processing accelerators"), names.pciClass(PciClass.parse("0x120000")));
    assertEquals(Optional.of("Display controller"), names.pciClass(PciClass.parse("0x037700")));
  }

  @Test
  void whatHasNoNameIsShownByItsNumbers() throws IOException {
    PciNames names = PciNames.excerpt(Set.of(NOBODY, PciId.parse("10de:0001")));
    assertEquals("dead:beef", names.brief(NOBODY));
    assertEquals("NVIDIA 10de:0001", names.brief(PciId.parse("10de:0001")));
    assertEquals(Optional.empty(), names.pciClass(PciClass.parse("0x770000")));
  }

  @Test
  void whatHasNoNameIsCalledByItsKindWhereThatIsKnown() throws IOException {
    PciNames names = PciNames.excerpt(Set.of(NOBODY, A100, PciId.parse("10de:0001")));
    PciClass display = PciClass.parse("0x030200");
    assertEquals("3D controller", names.brief(NOBODY, display));
    assertEquals("NVIDIA 3D controller", names.brief(PciId.parse("10de:0001"), display));
    assertEquals("NVIDIA GA100 [A100 SXM4 40GB]", names.brief(A100, display));
    assertEquals("dead:beef", names.brief(NOBODY, PciClass.parse("0x770000")));
  }

  @Test
  void theMachinesOwnDatabaseIsPreferredAndTheExcerptServesForTheRest() throws IOException {
    Path place = Files.createDirectories(root.resolve("usr/share/misc"));
    Files.writeString(
        place.resolve("pci.ids"),
        """
        # a comment
        10de  NVIDIA Corporation
        \t0001  Another one
        # a comment among a vendor's devices does not end them

        \t20b0  A newer name
        \t\t10de 134f  a board's name, which is not the device's
        dead

        C 03  Display controller
        \t02  3D thing
        \t\t00  a programming interface
        """);
    assertEquals(Optional.empty(), PciNames.advice(root));
    PciNames names = PciNames.read(root, Set.of(A100, MI300X));
    assertEquals("NVIDIA A newer name", names.brief(A100));
    assertEquals("AMD/ATI Aqua Vanjaram [Instinct MI300X]", names.brief(MI300X));
    assertEquals(Optional.of("3D thing"), names.pciClass(PciClass.parse("0x030200")));
  }

  @Test
  void withoutADatabaseTheExcerptServesAndItIsSaidHowToGetOne() throws IOException {
    String advice = PciNames.advice(root).orElseThrow();
    assertTrue(advice.contains("/usr/share/misc") && advice.contains("hwdata"), advice);
    assertEquals("NVIDIA GA100 [A100 SXM4 40GB]", PciNames.read(root, Set.of(A100)).brief(A100));
  }
}
