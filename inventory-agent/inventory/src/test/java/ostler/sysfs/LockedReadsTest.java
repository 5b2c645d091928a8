package ostler.sysfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.Link;
import ostler.inventory.LinkRate;
import ostler.inventory.LockedAttributes;
import ostler.inventory.MdevType;
import ostler.inventory.Problem;
import ostler.inventory.Problem.Code;
import ostler.pci.DriverName;

final class LockedReadsTest {

  private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

  @TempDir private Path root;

  private CardOnDisk card;

  @BeforeEach
  void layOutT4() throws IOException {
    card = CardOnDisk.layOut(root);
  }

  private LockedAttributes locked() {
    Map<String, Read<String>> raw = new HashMap<>();
    card.sysfs().locked(CardOnDisk.T4).each(begun -> {}, raw::put);
    return LockedMeaning.of(CardOnDisk.T4, raw);
  }

  @Test
  void aHealthyCardTellsAllOfIt() {
    LockedAttributes locked = locked();
    assertEquals(Optional.empty(), locked.driverOverride());
    assertEquals(Optional.of(true), locked.responds());
    LinkRate rate = new LinkRate(8_000, 16);
    assertEquals(Optional.of(new Link(Optional.of(rate), Optional.of(rate))), locked.link());
    MdevType first = locked.mdevTypes().get(0);
    assertEquals(Optional.of("GRID T4-1B"), first.name());
    assertEquals(OptionalInt.of(16), first.availableInstances());
    assertEquals(5, locked.mdevTypes().size());
    assertEquals(List.of(), locked.problems());
  }

  @Test
  void anOverrideIsToldAndTheKernelsNullIsNone() throws IOException {
    card.write("driver_override", "vfio-pci\n");
    assertEquals(Optional.of(DriverName.VFIO_PCI), locked().driverOverride());
    card.write("driver_override", "(null)\n");
    assertEquals(Optional.empty(), locked().driverOverride());
  }

  @Test
  void aCardThatAnswersNothingButOnesIsDead() throws IOException {
    card.write("config", "\u00ff".repeat(64));
    LockedAttributes locked = locked();
    assertEquals(Optional.of(false), locked.responds());
    assertEquals(List.of(Code.DEVICE_DEAD), codes(locked));
  }

  @Test
  void aVirtualFunctionIsAliveThoughItsVendorReadsAsOnes() throws IOException {
    card.write("config", "\u00ff\u00ff\u00ff\u00ff" + "\0".repeat(60));
    assertEquals(Optional.of(true), locked().responds());
  }

  @Test
  void aHeaderThatIsCutShortProvesNothing() throws IOException {
    card.write("config", "\u00de\u0010");
    LockedAttributes locked = locked();
    assertEquals(Optional.empty(), locked.responds());
    assertEquals(List.of(Code.ATTRIBUTE_UNREADABLE), codes(locked));
  }

  @Test
  void onlyTheHeaderOfTheConfigurationSpaceIsRead() throws IOException {
    card.write("config", "\0".repeat(4096));
    Map<String, Read<String>> raw = new HashMap<>();
    card.sysfs().locked(CardOnDisk.T4).each(begun -> {}, raw::put);
    assertEquals(64, raw.get("config").value().orElseThrow().length());
  }

  @Test
  void aCardInD3coldIsNotWoken() throws IOException {
    card.write("power_state", "D3cold\n");
    for (String attribute : List.of("config", "current_link_speed", "max_link_width")) {
      Pipes.replace(card.file(attribute));
    }
    LockedAttributes locked = assertTimeoutPreemptively(LONG_ENOUGH, this::locked);
    assertEquals(Optional.empty(), locked.responds());
    assertEquals(Optional.empty(), locked.link());
    assertEquals(List.of(), locked.problems());
  }

  @Test
  void aLinkThatIsDownHasNoRate() throws IOException {
    card.write("current_link_speed", "Unknown\n");
    card.write("current_link_width", "63\n");
    assertEquals(Optional.empty(), locked().link().orElseThrow().current());
  }

  @Test
  void theVendorsWordsAreKeptOnOneLineAndCut() throws IOException {
    card.write(
        "mdev_supported_types/nvidia-222/description", "two\nlines\u0007" + "x".repeat(2_000));
    card.write("mdev_supported_types/nvidia-222/available_instances", "many\n");
    LockedAttributes locked = locked();
    String description = locked.mdevTypes().get(0).description().orElseThrow();
    assertTrue(description.startsWith("two lines xxx"), description);
    assertEquals(MdevType.MAX_TEXT_CHARS, description.length());
    assertEquals(OptionalInt.empty(), locked.mdevTypes().get(0).availableInstances());
    assertEquals(List.of(Code.ATTRIBUTE_GARBLED), codes(locked));
  }

  @Test
  void aSerialNumberThatOnlyRootMayReadIsNoProblem() {
    Map<String, Read<String>> raw =
        Map.of("serial_number", Read.failed(Code.ATTRIBUTE_DENIED, "this user may not read it"));
    LockedAttributes locked = LockedMeaning.of(CardOnDisk.T4, raw);
    assertEquals(Optional.empty(), locked.serial());
    assertEquals(List.of(), locked.problems());
  }

  @Test
  void aSerialNumberBecomesTheIdentitysIfItHasNone() throws IOException {
    card.write("serial_number", "48 b0 2d ff fe 11 22 33\n");
    HostScan scan = new HostScan(card.sysfs());
    assertEquals(
        "48 b0 2d ff fe 11 22 33",
        scan.scan(new ostler.inventory.HostName("t4"))
            .function(CardOnDisk.T4)
            .orElseThrow()
            .withLocked(locked())
            .identity()
            .serial()
            .orElseThrow()
            .value());
  }

  @Test
  void aReadThatDidNotComeBackIsAProblemOfItsAttribute() {
    Map<String, Read<String>> raw = Map.of("driver_override", Read.timedOut(2_000));
    Problem problem = LockedMeaning.of(CardOnDisk.T4, raw).problems().get(0);
    assertEquals(Code.ATTRIBUTE_TIMED_OUT, problem.code());
    assertEquals("driver_override", problem.attribute());
    assertTrue(problem.sentence().contains("2000 ms"), problem.sentence());
    assertFalse(problem.sentence().contains("null"), problem.sentence());
  }

  private static List<Code> codes(LockedAttributes locked) {
    return locked.problems().stream().map(Problem::code).toList();
  }
}
