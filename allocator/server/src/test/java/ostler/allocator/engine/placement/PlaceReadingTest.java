package ostler.allocator.engine.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import ostler.flavor.ModelMemory;
import ostler.inventory.Bar;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.NumaNode;
import ostler.inventory.PciFunction;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;

/** What an inventory says about where units lie. */
final class PlaceReadingTest {

  private static final PciAddress ROOT = new PciAddress(0, 0, 1, 0);
  private static final PciAddress UPPER = new PciAddress(0, 1, 0, 0);
  private static final PciClass VGA = PciClass.parse("0x030000");
  private static final PciClass SOUND = PciClass.parse("0x040300");

  private final List<PciFunction> functions = new ArrayList<>();

  private static PciFunction.Builder function(PciAddress at, String id, PciClass pciClass) {
    return PciFunction.builder(at, DeviceIdentity.ofModel(PciId.parse(id)), pciClass);
  }

  private PciAddress plug(PciFunction.Builder function) {
    PciFunction built = function.build();
    functions.add(built);
    return built.address();
  }

  private Optional<UnitPlace> of(PciAddress... members) {
    HostInventory shown =
        new HostInventory(
            new HostName("host"),
            Optional.empty(),
            Optional.empty(),
            true,
            List.of(),
            functions,
            List.of(),
            List.of(),
            true,
            List.of());
    return new PlaceReading(shown, ModelMemory.known()).of(List.of(members));
  }

  @Test
  void aUnitLiesWhereItsGpuLiesAndNotItsSound() {
    PciAddress sound =
        plug(function(new PciAddress(0, 2, 0, 0), "10de:0001", SOUND).numaNode(new NumaNode(0)));
    PciAddress gpu =
        plug(function(new PciAddress(0, 2, 0, 1), "10de:20b2", VGA).numaNode(new NumaNode(1)));
    UnitPlace place = of(sound, gpu).orElseThrow();
    assertEquals(Optional.of(new NumaNode(1)), place.numaNode());
    assertEquals(Optional.of(gpu), place.card());
  }

  @Test
  void aSwitchIsTheLowestBridgeWithSeveralCardsBelowIt() {
    PciAddress lower = new PciAddress(0, 2, 0, 0);
    PciAddress one =
        plug(
            function(new PciAddress(0, 4, 0, 0), "10de:20b2", VGA)
                .upstream(List.of(ROOT, UPPER, lower, new PciAddress(0, 3, 0, 0))));
    PciAddress two =
        plug(
            function(new PciAddress(0, 5, 0, 0), "10de:20b2", VGA)
                .upstream(List.of(ROOT, UPPER, lower, new PciAddress(0, 3, 1, 0))));
    PciAddress third =
        plug(
            function(new PciAddress(0, 6, 0, 0), "10de:20b2", VGA)
                .upstream(List.of(ROOT, UPPER, new PciAddress(0, 2, 1, 0))));
    assertEquals(Optional.of(lower), of(one).orElseThrow().pcieSwitch());
    assertEquals(Optional.of(lower), of(two).orElseThrow().pcieSwitch());
    assertEquals(Optional.of(UPPER), of(third).orElseThrow().pcieSwitch());
  }

  /** Some cards have a bridge of their own, and two cards at one root port share no switch. */
  @Test
  void neitherACardsOwnBridgeNorARootPortIsASwitch() {
    PciAddress own =
        plug(
            function(new PciAddress(0, 4, 0, 0), "1002:740f", VGA)
                .upstream(List.of(ROOT, UPPER, new PciAddress(0, 3, 0, 0))));
    plug(
        function(new PciAddress(0, 4, 0, 1), "1002:ab38", SOUND)
            .upstream(List.of(ROOT, UPPER, new PciAddress(0, 3, 0, 0))));
    PciAddress direct =
        plug(function(new PciAddress(0, 7, 0, 0), "10de:20b2", VGA).upstream(List.of(ROOT)));
    assertEquals(Optional.empty(), of(own).orElseThrow().pcieSwitch());
    assertEquals(Optional.empty(), of(direct).orElseThrow().pcieSwitch());
  }

  /** An A100 with 80 GB shows a window of 128 GiB, and older cards one of 256 MiB. */
  @Test
  void whatAModelIsSoldWithCountsBeforeItsWindow() {
    Bar window = new Bar(1, 128L << 30, Bar.Space.MEMORY, true);
    PciAddress known =
        plug(function(new PciAddress(0, 2, 0, 0), "10de:20b2", VGA).bars(List.of(window)));
    PciAddress unknown =
        plug(function(new PciAddress(0, 3, 0, 0), "10de:fff0", VGA).bars(List.of(window)));
    PciAddress registers =
        plug(
            function(new PciAddress(0, 4, 0, 0), "10de:fff0", VGA)
                .bars(List.of(new Bar(0, 16 << 20, Bar.Space.MEMORY, false))));
    assertEquals(OptionalLong.of(80 * 1024), of(known).orElseThrow().memoryMib());
    assertEquals(OptionalLong.of(128 * 1024), of(unknown).orElseThrow().memoryMib());
    assertEquals(OptionalLong.empty(), of(registers).orElseThrow().memoryMib());
  }

  @Test
  void aVirtualFunctionIsOfItsCardAndHasOnlyItsOwnMemory() {
    PciAddress card = new PciAddress(0, 2, 0, 0);
    PciAddress slice =
        plug(
            function(new PciAddress(0, 2, 0, 4), "10de:20b2", VGA)
                .physicalFunction(Optional.of(card))
                .bars(List.of(new Bar(0, 4L << 30, Bar.Space.MEMORY, true))));
    UnitPlace place = of(slice).orElseThrow();
    assertEquals(Optional.of(card), place.card());
    assertEquals(OptionalLong.of(4 * 1024), place.memoryMib());
  }

  @Test
  void aUnitThatIsNotShownStaysWhereItWas() {
    assertEquals(Optional.empty(), of(new PciAddress(0, 9, 0, 0)));
  }
}
