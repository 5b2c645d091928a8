package ostler.sysfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ostler.inventory.Bar;
import ostler.inventory.LinkRate;
import ostler.inventory.Problem.Code;
import ostler.pci.ResetMethod;

final class AttributesTest {

  private static final String UNUSED = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";

  @Test
  void windowsAreReadWithTheirSizesAndKinds() {
    String resource =
        "0x00000000de000000 0x00000000deffffff 0x0000000000040200\n"
            + "0x0000382000000000 0x0000382fffffffff 0x000000000014220c\n"
            + UNUSED
            + "0x000000000000f000 0x000000000000f07f 0x0000000000040101\n"
            + UNUSED.repeat(2)
            + "0x00000000df000000 0x00000000df07ffff 0x0000000000046200\n";
    assertEquals(
        Read.of(
            List.of(
                new Bar(0, 16 << 20, Bar.Space.MEMORY, false),
                new Bar(1, 1L << 36, Bar.Space.MEMORY, true),
                new Bar(3, 128, Bar.Space.IO, false))),
        Attributes.bars(resource));
  }

  @Test
  void aWindowThatTheMachineHadNoRoomForIsNoWindow() {
    String resource = "0x0000000000000000 0xffffffffffffffff 0x0000000000140204\n";
    assertEquals(Read.of(List.of()), Attributes.bars(resource));
  }

  @ParameterizedTest
  @CsvSource({
    "2.5 GT/s PCIe, 1, 2500, 1",
    "5.0 GT/s PCIe, 2, 5000, 2",
    "8.0 GT/s PCIe, 16, 8000, 16",
    "8 GT/s, 16, 8000, 16",
    "64.0 GT/s PCIe, 32, 64000, 32"
  })
  void everySpellingOfASpeedThatKernelsHaveHadIsRead(
      String speed, String width, int megatransfers, int lanes) {
    assertEquals(
        Optional.of(new LinkRate(megatransfers, lanes)),
        Attributes.linkRate(speed + "\n", width + "\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "Unknown, 16", "Unknown speed, 16", "66 MHz PCI-X, 16", "8.0 GT/s PCIe, 0",
    "8.0 GT/s PCIe, 63", "8.0 GT/s PCIe, 255", "0.0 GT/s PCIe, 1", "'', ''"
  })
  void whatIsNoRateIsNone(String speed, String width) {
    assertEquals(Optional.empty(), Attributes.linkRate(speed, width));
  }

  @Test
  void resetMethodsKeepTheKernelsOrderAndPassOverNewerOnes() {
    assertEquals(
        Read.of(List.of(ResetMethod.FLR, ResetMethod.BUS)),
        Attributes.resetMethods("flr warp bus\n"));
    assertEquals(Read.of(List.of()), Attributes.resetMethods("\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0x", "10de", "0x10000", "0X10de", "0x10dg", "-1", "0x-1", "0x10de 1"})
  void whatIsNotANumberOfSixteenBitsIsRefused(String text) {
    Read<Integer> read = Attributes.hex(text, Short.SIZE);
    assertEquals(Optional.of(Code.ATTRIBUTE_GARBLED), read.failure().map(Read.Failed::code));
  }

  @Test
  void aQuoteIsOneLineAndHasNoControlCharacters() {
    String quoted = Attributes.quoted("\u001b[2Ja\nb" + "x".repeat(100) + "\n");
    assertEquals("\"?[2Ja?b" + "x".repeat(53) + "...\"", quoted);
  }

  /** The kernel refuses readers of a file that nobody may read, root among them. */
  @Test
  void aFileThatMayNotBeReadIsToldApartFromOneThatIsNotThere() {
    Path writeOnly = Path.of("/sys/bus/platform/drivers_probe");
    assertEquals(
        Optional.of(Code.ATTRIBUTE_DENIED),
        AttributeFile.read(writeOnly).failure().map(Read.Failed::code));
    assertTrue(
        AttributeFile.read(Path.of("/sys/bus/platform/zebra")) instanceof Read.Absent<String>);
  }
}
