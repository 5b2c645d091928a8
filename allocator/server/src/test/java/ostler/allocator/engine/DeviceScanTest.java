package ostler.allocator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ostler.allocator.Machine;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.HostInventory;
import ostler.inventory.PciFunction;
import ostler.inventory.Problem;
import ostler.inventory.UnreadDevice;
import ostler.pci.PciClass;
import ostler.pci.PciId;

final class DeviceScanTest {

  private static final PciId OTHER = PciId.parse("10de:20b0");

  private Map<DeviceId, Device> known = new HashMap<>();
  private Instant now = Samples.NOW;

  private DeviceScan scan(HostInventory shown) {
    now = now.plusSeconds(1);
    DeviceScan scan =
        DeviceScan.compare(
            List.copyOf(known.values()),
            shown,
            shown.scanComplete(),
            () -> new DeviceId(UUID.randomUUID()),
            now);
    Map<DeviceId, Device> after = new HashMap<>(known);
    Stream.concat(scan.changed().stream(), scan.discovered().stream())
        .forEach(device -> after.put(device.id(), device));
    known = after;
    return scan;
  }

  private List<Device> atGpu() {
    List<Device> here = new ArrayList<>();
    known.values().stream()
        .filter(device -> device.address().equals(Machine.gpu(1)))
        .forEach(here::add);
    return here;
  }

  private Device seatedAtGpu() {
    return atGpu().stream().filter(Device::seated).findFirst().orElseThrow();
  }

  private static PciFunction card(PciId id) {
    return Machine.function(Machine.gpu(1), id, PciClass.parse("0x030000"), 1).build();
  }

  @Test
  void everyFunctionThatIsNotABridgeIsDiscoveredOnce() {
    Machine machine = Machine.withGpus("gpu-1", 2);
    machine.plug(Machine.bridge(ostler.pci.PciAddress.parse("0000:00:01.0"), 9).build());
    assertEquals(4, scan(machine.inventory()).discovered().size());
    assertEquals(0, scan(machine.inventory()).discovered().size());
  }

  @Test
  void onlyACompleteScanMakesADeviceMissing() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    scan(machine.inventory());
    machine.pull(Machine.gpu(1));
    machine.scansCompletely(false);
    scan(machine.inventory());
    assertTrue(seatedAtGpu().present());
    machine.scansCompletely(true);
    scan(machine.inventory());
    assertFalse(seatedAtGpu().present());
  }

  @Test
  void aDeviceThatComesBackIsTheSameDevice() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    scan(machine.inventory());
    DeviceId before = seatedAtGpu().id();
    PciFunction gpu = machine.at(Machine.gpu(1));
    scan(machine.pull(Machine.gpu(1)).inventory());
    scan(machine.plug(gpu).inventory());
    assertEquals(before, seatedAtGpu().id());
    assertTrue(seatedAtGpu().present());
  }

  @Test
  void aDeviceThatIsThereAndCannotBeReadIsNotMissing() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    scan(machine.inventory());
    HostInventory shown = machine.pull(Machine.gpu(1)).inventory();
    scan(
        new HostInventory(
            shown.host(),
            shown.bootId(),
            shown.kernelRelease(),
            true,
            List.of(),
            shown.functions(),
            shown.groups(),
            List.of(
                new UnreadDevice(
                    "0000:01:00.0",
                    List.of(new Problem(Problem.Code.DEVICE_DEAD, "config", "is dead")))),
            true,
            List.of()));
    assertTrue(seatedAtGpu().present());
  }

  @Test
  void anotherCardAtTheAddressIsAnotherDeviceAndTheFirstIsMissing() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    scan(machine.inventory());
    Device first = seatedAtGpu();
    scan(machine.plug(card(OTHER)).inventory());
    Device second = seatedAtGpu();
    assertEquals(OTHER, second.identity().id());
    assertFalse(known.get(first.id()).present());
    assertFalse(known.get(first.id()).seated());

    scan(machine.plug(card(Machine.GPU)).inventory());
    assertEquals(first.id(), seatedAtGpu().id(), "the first card is back");
    assertEquals(2, atGpu().size());
    assertFalse(known.get(second.id()).present());
  }

  @Test
  void anotherSerialNumberIsAnotherCardOfTheSameModel() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    PciFunction gpu = machine.at(Machine.gpu(1));
    scan(machine.plug(Machine.withSerial(gpu, "one")).inventory());
    DeviceId first = seatedAtGpu().id();
    scan(machine.plug(Machine.withSerial(gpu, "two")).inventory());
    assertFalse(first.equals(seatedAtGpu().id()));
  }

  @Test
  void aSerialNumberOnceToldIsKeptWhenNoDriverTellsItAnyMore() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    PciFunction gpu = machine.at(Machine.gpu(1));
    scan(machine.plug(Machine.withSerial(gpu, "one")).inventory());
    DeviceIdentity told = seatedAtGpu().identity();
    scan(machine.plug(gpu).inventory());
    assertEquals(told, seatedAtGpu().identity());
    assertEquals(1, atGpu().size());
  }

  @Test
  void theOneThatLeavesAnAddressIsSavedBeforeTheOneThatTakesIt() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    scan(machine.inventory());
    scan(machine.plug(card(OTHER)).inventory());
    DeviceScan back = scan(machine.plug(card(Machine.GPU)).inventory());
    List<Boolean> seats = back.changed().stream().map(Device::seated).toList();
    assertEquals(List.of(false, true), seats.stream().sorted().distinct().toList());
    assertFalse(seats.get(0), "an address has one seat, so it must be free first");
    assertEquals(Optional.empty(), back.discovered().stream().findFirst());
  }
}
