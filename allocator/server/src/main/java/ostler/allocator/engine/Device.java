package ostler.allocator.engine;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.HostName;
import ostler.inventory.NumaNode;
import ostler.inventory.PciFunction;
import ostler.inventory.Problem;
import ostler.inventory.UnitId;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.ResetMethod;

/**
 * One PCI function of a host, known by identity and found at an address.
 *
 * @param present whether the last complete scan showed it there
 * @param seated whether the address is still its own: no other device was seen there since
 * @param unit the managed unit that it belongs to
 */
public record Device(
    DeviceId id,
    HostName host,
    PciAddress address,
    boolean seated,
    boolean present,
    DeviceIdentity identity,
    PciClass pciClass,
    Where where,
    Optional<UnitId> unit,
    Instant firstSeen,
    Instant lastSeen) {

  /** What a scan says about a device beyond which one it is. */
  public record Where(
      Optional<IommuGroup> group,
      Optional<NumaNode> numaNode,
      Optional<DriverName> driver,
      List<ResetMethod> resetMethods,
      List<String> problems) {

    public Where {
      Objects.requireNonNull(group);
      Objects.requireNonNull(numaNode);
      Objects.requireNonNull(driver);
      resetMethods = List.copyOf(resetMethods);
      problems = List.copyOf(problems);
    }

    static Where of(PciFunction function) {
      return new Where(
          function.group(),
          function.numaNode(),
          function.driver(),
          function.resetMethods(),
          function.allProblems().stream().map(Problem::sentence).toList());
    }
  }

  public Device {
    Objects.requireNonNull(id);
    Objects.requireNonNull(host);
    Objects.requireNonNull(address);
    Objects.requireNonNull(identity);
    Objects.requireNonNull(pciClass);
    Objects.requireNonNull(where);
    Objects.requireNonNull(unit);
    Objects.requireNonNull(firstSeen);
    Objects.requireNonNull(lastSeen);
    if (present && !seated) {
      throw new IllegalArgumentException("a present device has its address for itself");
    }
  }

  /** The one that a unit's others are there for: the first that computes, else the first. */
  public static Device main(List<Device> members) {
    return members.stream()
        .min(
            Comparator.comparing((Device member) -> !member.pciClass().computes())
                .thenComparing(Device::address))
        .orElseThrow();
  }

  static Device discovered(DeviceId id, HostName host, PciFunction function, Instant now) {
    return new Device(
        id,
        host,
        function.address(),
        true,
        true,
        function.identity(),
        function.pciClass(),
        Where.of(function),
        Optional.empty(),
        now,
        now);
  }

  /** The same device, as a scan shows it now; what an earlier driver told about it is kept. */
  Device seen(PciFunction function, Instant now) {
    DeviceIdentity told = function.identity();
    if (told.serial().isEmpty() && identity.serial().isPresent()) {
      told = told.withSerial(identity.serial().get());
    }
    if (told.uuid().isEmpty() && identity.uuid().isPresent()) {
      told = told.withUuid(identity.uuid().get());
    }
    return new Device(
        id,
        host,
        address,
        true,
        true,
        told,
        function.pciClass(),
        Where.of(function),
        unit,
        firstSeen,
        now);
  }

  Device missing(boolean keepsSeat) {
    return new Device(
        id, host, address, keepsSeat, false, identity, pciClass, where, unit, firstSeen, lastSeen);
  }
}
