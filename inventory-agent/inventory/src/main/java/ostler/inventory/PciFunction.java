package ostler.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.pci.ResetMethod;

/**
 * One PCI function as the kernel shows it: what every other part of Ostler calls a device.
 *
 * @param driver the bound driver, absent where none is
 * @param group absent where the machine has no IOMMU, or none that translates this function
 * @param numaNode absent where the kernel does not know
 * @param resetMethods in the order in which the kernel would try them; empty where it has none
 * @param bootDisplay whether the firmware's console is on it; true only for a VGA controller
 * @param sriov present where the function can have virtual functions
 * @param physicalFunction present where the function is itself a virtual one
 * @param mdevTypes the kinds of mediated devices that the driver offers now
 * @param upstream the bridges above, from the root down; two functions with the same last bridge
 *     sit behind one port, with the same first ones below one switch
 * @param locked what only a probe with a deadline reads; absent where none was made
 * @param problems what could not be read; empty for a healthy function
 */
public record PciFunction(
    PciAddress address,
    DeviceIdentity identity,
    PciClass pciClass,
    Optional<DriverName> driver,
    Optional<IommuGroup> group,
    Optional<NumaNode> numaNode,
    List<ResetMethod> resetMethods,
    boolean bootDisplay,
    List<Bar> bars,
    Optional<SriovParent> sriov,
    Optional<PciAddress> physicalFunction,
    List<MdevTypeId> mdevTypes,
    List<PciAddress> upstream,
    Optional<PowerState> powerState,
    Optional<LockedAttributes> locked,
    List<Problem> problems) {

  public PciFunction {
    Objects.requireNonNull(address);
    Objects.requireNonNull(identity);
    Objects.requireNonNull(pciClass);
    Objects.requireNonNull(driver);
    Objects.requireNonNull(group);
    Objects.requireNonNull(numaNode);
    resetMethods = List.copyOf(resetMethods);
    bars = List.copyOf(bars);
    Objects.requireNonNull(sriov);
    Objects.requireNonNull(physicalFunction);
    mdevTypes = List.copyOf(mdevTypes);
    upstream = List.copyOf(upstream);
    Objects.requireNonNull(powerState);
    Objects.requireNonNull(locked);
    problems = List.copyOf(problems);
  }

  /** Begins a function of which nothing but what every function has is known. */
  public static Builder builder(PciAddress address, DeviceIdentity identity, PciClass pciClass) {
    return new Builder(address, identity, pciClass);
  }

  /** A builder that begins with all that is known of this function. */
  public Builder toBuilder() {
    Builder copy = new Builder(address, identity, pciClass);
    copy.driver = driver;
    copy.group = group;
    copy.numaNode = numaNode;
    copy.resetMethods = resetMethods;
    copy.bootDisplay = bootDisplay;
    copy.bars = bars;
    copy.sriov = sriov;
    copy.physicalFunction = physicalFunction;
    copy.mdevTypes = mdevTypes;
    copy.upstream = upstream;
    copy.powerState = powerState;
    copy.locked = locked;
    copy.problems.addAll(problems);
    return copy;
  }

  /** Vendor and device number. */
  public PciId id() {
    return identity.id();
  }

  public boolean isVirtualFunction() {
    return physicalFunction.isPresent();
  }

  /** Whether the group's tenant must have it: everything that is not a bridge. */
  public boolean isEndpoint() {
    return !pciClass.isBridge();
  }

  /** The bridge right above, absent for what sits on a root bus. */
  public Optional<PciAddress> parentBridge() {
    return upstream.isEmpty() ? Optional.empty() : Optional.of(upstream.get(upstream.size() - 1));
  }

  /** All that went wrong with this function, in the scan and in the probe. */
  public List<Problem> allProblems() {
    List<Problem> all = new ArrayList<>(problems);
    locked.ifPresent(probed -> all.addAll(probed.problems()));
    return List.copyOf(all);
  }

  /** The PCIe link, where a probe told of it. */
  public Optional<Link> link() {
    return locked.flatMap(LockedAttributes::link);
  }

  /**
   * The same function with what a probe learned. The probe's serial number becomes the identity's,
   * where the identity has none yet.
   */
  public PciFunction withLocked(LockedAttributes probed) {
    Builder merged = toBuilder().locked(probed);
    if (identity.serial().isEmpty() && probed.serial().isPresent()) {
      merged.identity = identity.withSerial(probed.serial().get());
    }
    return merged.build();
  }

  /**
   * The same function with what its vendor's driver told of it: who it is, where the identity does
   * not know it yet, and what is wrong.
   */
  public PciFunction withTold(
      Optional<DeviceUuid> uuid, Optional<SerialNumber> serial, List<Problem> found) {
    Builder merged = toBuilder();
    if (identity.uuid().isEmpty() && uuid.isPresent()) {
      merged.identity = merged.identity.withUuid(uuid.get());
    }
    if (identity.serial().isEmpty() && serial.isPresent()) {
      merged.identity = merged.identity.withSerial(serial.get());
    }
    found.forEach(merged::problem);
    return merged.build();
  }

  /** Makes a function part by part; what is never said is absent. */
  public static final class Builder {

    private final PciAddress address;
    private final PciClass pciClass;
    private final List<Problem> problems = new ArrayList<>();
    private DeviceIdentity identity;
    private Optional<DriverName> driver = Optional.empty();
    private Optional<IommuGroup> group = Optional.empty();
    private Optional<NumaNode> numaNode = Optional.empty();
    private List<ResetMethod> resetMethods = List.of();
    private boolean bootDisplay;
    private List<Bar> bars = List.of();
    private Optional<SriovParent> sriov = Optional.empty();
    private Optional<PciAddress> physicalFunction = Optional.empty();
    private List<MdevTypeId> mdevTypes = List.of();
    private List<PciAddress> upstream = List.of();
    private Optional<PowerState> powerState = Optional.empty();
    private Optional<LockedAttributes> locked = Optional.empty();

    private Builder(PciAddress address, DeviceIdentity identity, PciClass pciClass) {
      this.address = address;
      this.identity = identity;
      this.pciClass = pciClass;
    }

    public Builder driver(DriverName value) {
      return driver(Optional.of(value));
    }

    public Builder driver(Optional<DriverName> value) {
      driver = value;
      return this;
    }

    public Builder group(IommuGroup value) {
      return group(Optional.of(value));
    }

    public Builder group(Optional<IommuGroup> value) {
      group = value;
      return this;
    }

    public Builder numaNode(NumaNode value) {
      return numaNode(Optional.of(value));
    }

    public Builder numaNode(Optional<NumaNode> value) {
      numaNode = value;
      return this;
    }

    public Builder resetMethods(List<ResetMethod> value) {
      resetMethods = value;
      return this;
    }

    public Builder bootDisplay(boolean value) {
      bootDisplay = value;
      return this;
    }

    public Builder bars(List<Bar> value) {
      bars = value;
      return this;
    }

    public Builder sriov(Optional<SriovParent> value) {
      sriov = value;
      return this;
    }

    public Builder physicalFunction(Optional<PciAddress> value) {
      physicalFunction = value;
      return this;
    }

    public Builder mdevTypes(List<MdevTypeId> value) {
      mdevTypes = value;
      return this;
    }

    public Builder upstream(List<PciAddress> value) {
      upstream = value;
      return this;
    }

    public Builder powerState(Optional<PowerState> value) {
      powerState = value;
      return this;
    }

    public Builder locked(LockedAttributes value) {
      locked = Optional.of(value);
      return this;
    }

    public Builder problem(Problem value) {
      problems.add(value);
      return this;
    }

    public PciFunction build() {
      return new PciFunction(
          address,
          identity,
          pciClass,
          driver,
          group,
          numaNode,
          resetMethods,
          bootDisplay,
          bars,
          sriov,
          physicalFunction,
          mdevTypes,
          upstream,
          powerState,
          locked,
          problems);
    }
  }
}
