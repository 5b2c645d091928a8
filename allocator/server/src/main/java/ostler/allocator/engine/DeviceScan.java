package ostler.allocator.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import ostler.inventory.HostInventory;
import ostler.inventory.PciFunction;
import ostler.pci.PciAddress;

/**
 * Compares what a host shows with the devices that it is known to have. A device is known by its
 * identity: another card at the same address is another device, and the one before is missing.
 *
 * @param changed known devices that are other than before, the unseated ones first, so that an
 *     address is free before another device takes it
 * @param discovered devices that were never seen before
 */
public record DeviceScan(List<Device> changed, List<Device> discovered) {

  public DeviceScan {
    changed = List.copyOf(changed);
    discovered = List.copyOf(discovered);
  }

  /**
   * Compares.
   *
   * @param known all devices of the host
   * @param complete whether what is not shown is not there
   * @param ids gives an id for each device that is new
   */
  public static DeviceScan compare(
      List<Device> known,
      HostInventory shown,
      boolean complete,
      Supplier<DeviceId> ids,
      Instant now) {
    Map<PciAddress, List<Device>> byAddress =
        known.stream().collect(Collectors.groupingBy(Device::address));
    Map<DeviceId, Device> after = new HashMap<>();
    List<Device> discovered = new ArrayList<>();
    Set<PciAddress> shownAddresses = new HashSet<>();
    for (PciFunction function : shown.functions()) {
      if (!function.isEndpoint()) {
        continue;
      }
      shownAddresses.add(function.address());
      List<Device> here = byAddress.getOrDefault(function.address(), List.of());
      Optional<Device> same = sameDevice(here, function);
      here.stream()
          .filter(device -> same.isEmpty() || !same.get().id().equals(device.id()))
          .forEach(other -> after.put(other.id(), other.missing(false)));
      same.ifPresentOrElse(
          device -> after.put(device.id(), device.seen(function, now)),
          () -> discovered.add(Device.discovered(ids.get(), shown.host(), function, now)));
    }
    if (complete) {
      Set<String> unread =
          shown.unread().stream().map(device -> device.name()).collect(Collectors.toSet());
      known.stream()
          .filter(device -> !shownAddresses.contains(device.address()))
          .filter(device -> !unread.contains(device.address().toString()))
          .forEach(gone -> after.put(gone.id(), gone.missing(gone.seated())));
    }
    return new DeviceScan(changedOnly(known, after), discovered);
  }

  /** The one that sits there now wins over one that sat there before. */
  private static Optional<Device> sameDevice(List<Device> here, PciFunction function) {
    return here.stream()
        .filter(device -> !device.identity().contradicts(function.identity()))
        .min((one, other) -> Boolean.compare(other.seated(), one.seated()));
  }

  private static List<Device> changedOnly(List<Device> known, Map<DeviceId, Device> after) {
    return known.stream()
        .filter(device -> after.containsKey(device.id()))
        .filter(device -> !after.get(device.id()).equals(device))
        .map(device -> after.get(device.id()))
        .sorted((one, other) -> Boolean.compare(one.seated(), other.seated()))
        .toList();
  }
}
