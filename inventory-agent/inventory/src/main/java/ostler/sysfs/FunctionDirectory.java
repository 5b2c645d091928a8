package ostler.sysfs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.inventory.Bar;
import ostler.inventory.MdevTypeId;
import ostler.inventory.NumaNode;
import ostler.inventory.PowerState;
import ostler.inventory.Problem.Code;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.pci.ResetMethod;

/**
 * One function's directory in sysfs, and only those of its attributes that take no device lock and
 * never reach for the device: none of these reads waits for a driver, a reset or the hardware,
 * however sick it is. The others are in {@link LockedReads}.
 *
 * <p>Why each is safe (Linux 6.1.192 and 6.12, {@code drivers/pci/pci-sysfs.c}, {@code iov.c},
 * {@code pci.c}): vendor, device, subsystem, class and revision are copies made at enumeration;
 * resource, numa_node, power_state, sriov_totalvfs, boot_vga and reset_method print fields of the
 * kernel's own structures without a lock; driver, iommu_group, physfn and virtfnN are links, which
 * sysfs answers by itself; a directory's names too. Not among them, though they look alike: {@code
 * uevent} takes the device lock in 6.1.192, {@code driver_override} and {@code sriov_numvfs} take
 * it, {@code config} and all of {@code *_link_*} resume the device, and the files in {@code
 * mdev_supported_types} call the vendor's driver.
 *
 * <p>The directory is listed once, so that an attribute that is not there costs no system call.
 */
public final class FunctionDirectory {

  /** The files among those attributes. */
  public static final List<String> FILES =
      List.of(
          "vendor",
          "device",
          "subsystem_vendor",
          "subsystem_device",
          "class",
          "revision",
          "resource",
          "numa_node",
          "power_state",
          "sriov_totalvfs",
          "boot_vga",
          "reset_method");

  /** The links among those attributes, apart from the numbered ones to virtual functions. */
  public static final List<String> LINKS = List.of("driver", "iommu_group", "physfn");

  /** The directory whose names are the mdev types. */
  public static final String MDEV_TYPES = "mdev_supported_types";

  private static final Pattern VIRTUAL_FUNCTION = Pattern.compile("virtfn([0-9]{1,5})");

  private final PciAddress address;
  private final Path path;
  private final Set<String> names;

  private FunctionDirectory(PciAddress address, Path path, Set<String> names) {
    this.address = address;
    this.path = path;
    this.names = names;
  }

  static Read<FunctionDirectory> open(PciAddress address, Path path) {
    return AttributeFile.names(path)
        .map(names -> new FunctionDirectory(address, path, new HashSet<>(names)));
  }

  public PciAddress address() {
    return address;
  }

  /** The link in {@code /sys/bus/pci/devices}, which leads to the directory. */
  public Path path() {
    return path;
  }

  /** Vendor and device number. */
  public Read<PciId> id() {
    return pair("vendor", "device");
  }

  /** Who built the board; absent where both numbers are 0, as on most bridges. */
  public Read<PciId> subsystem() {
    return pair("subsystem_vendor", "subsystem_device")
        .then(id -> id.vendor() == 0 && id.device() == 0 ? Read.absent() : Read.of(id));
  }

  public Read<Integer> revision() {
    return text("revision").then(text -> Attributes.hex(text, Byte.SIZE));
  }

  public Read<PciClass> pciClass() {
    return text("class").then(text -> Attributes.parse(text, PciClass::tryParse, "a PCI class"));
  }

  /** The bound driver; absent where none is. */
  public Read<DriverName> driver() {
    return lastOf("driver")
        .then(name -> Attributes.parse(name, DriverName::tryParse, "a driver's name"));
  }

  /** Absent where no IOMMU translates this function. */
  public Read<IommuGroup> group() {
    return lastOf("iommu_group")
        .then(name -> Attributes.parse(name, IommuGroup::tryParse, "an IOMMU group"));
  }

  /** Absent where the kernel does not know. */
  public Read<NumaNode> numaNode() {
    return text("numa_node").then(Attributes::numaNode);
  }

  /** Absent where the kernel found no way to reset the function. */
  public Read<List<ResetMethod>> resetMethods() {
    return text("reset_method").then(Attributes::resetMethods);
  }

  /** Whether the firmware's console is here; absent on all but VGA controllers. */
  public Read<Boolean> bootDisplay() {
    return text("boot_vga").then(Attributes::truth);
  }

  public Read<List<Bar>> bars() {
    return text("resource").then(Attributes::bars);
  }

  public Read<PowerState> powerState() {
    return text("power_state")
        .then(text -> Attributes.parse(text, PowerState::tryParse, "a power state"));
  }

  /** How many virtual functions there could be; absent on a function that has no SR-IOV. */
  public Read<Integer> totalVirtualFunctions() {
    return text("sriov_totalvfs").then(Attributes::count);
  }

  /** The virtual functions that exist, in the device's order. Empty where there are none. */
  public Read<List<PciAddress>> virtualFunctions() {
    List<PciAddress> functions = new ArrayList<>();
    for (String name : virtualFunctionLinks()) {
      Read<PciAddress> function = addressOf(name);
      if (function instanceof Read.Failed<PciAddress> failed) {
        return failed.as();
      }
      function.value().ifPresent(functions::add);
    }
    return Read.of(List.copyOf(functions));
  }

  /** The names of the links to virtual functions, in the device's order. */
  public List<String> virtualFunctionLinks() {
    return names.stream()
        .filter(name -> name.startsWith("virtfn") && VIRTUAL_FUNCTION.matcher(name).matches())
        .sorted(Comparator.comparingInt(FunctionDirectory::virtualFunctionNumber))
        .toList();
  }

  /** The parent of a virtual function; absent on all others. */
  public Read<PciAddress> physicalFunction() {
    return addressOf("physfn");
  }

  /** The mdev types that the driver offers now, in order. Empty where there are none. */
  public Read<List<MdevTypeId>> mdevTypes() {
    if (!names.contains(MDEV_TYPES)) {
      return Read.of(List.of());
    }
    Path types = path.resolve(MDEV_TYPES);
    Read<List<String>> listed = AttributeFile.listed(types, AttributeFile.names(types));
    return listed instanceof Read.Absent<List<String>>
        ? Read.of(List.of())
        : listed.then(FunctionDirectory::mdevTypes);
  }

  /**
   * The bridges above, from the root down: the names on the way to the directory that the link in
   * {@code /sys/bus/pci/devices} leads to.
   */
  public Read<List<PciAddress>> upstream() {
    Read<Path> link = AttributeFile.link(path);
    return link instanceof Read.Absent<Path> ? AttributeFile.vanished() : link.map(this::bridgesIn);
  }

  private List<PciAddress> bridgesIn(Path way) {
    List<PciAddress> bridges = new ArrayList<>();
    for (Path part : way) {
      PciAddress.tryParse(part.toString()).ifPresent(bridges::add);
    }
    bridges.remove(address);
    return List.copyOf(bridges);
  }

  private static Read<List<MdevTypeId>> mdevTypes(List<String> names) {
    List<MdevTypeId> types = new ArrayList<>();
    for (String name : names) {
      Optional<MdevTypeId> type = MdevTypeId.tryParse(name);
      if (type.isEmpty()) {
        return Read.failed(
            Code.ATTRIBUTE_GARBLED, Attributes.quoted(name) + " is not an mdev type");
      }
      types.add(type.get());
    }
    return Read.of(types.stream().sorted().toList());
  }

  private Read<PciId> pair(String vendor, String device) {
    return text(vendor)
        .then(text -> Attributes.hex(text, Short.SIZE))
        .then(
            number ->
                text(device)
                    .then(text -> Attributes.hex(text, Short.SIZE))
                    .map(other -> new PciId(number, other)));
  }

  private Read<String> text(String name) {
    Path file = path.resolve(name);
    return names.contains(name)
        ? AttributeFile.listed(file, AttributeFile.read(file))
        : Read.absent();
  }

  /** The last name of a link's target, which is what the kernel links to, never followed. */
  private Read<String> lastOf(String name) {
    Path link = path.resolve(name);
    return names.contains(name)
        ? AttributeFile.listed(link, AttributeFile.link(link))
            .map(target -> target.getFileName().toString())
        : Read.absent();
  }

  private Read<PciAddress> addressOf(String name) {
    return lastOf(name).then(text -> Attributes.parse(text, PciAddress::tryParse, "a PCI address"));
  }

  private static int virtualFunctionNumber(String name) {
    Matcher number = VIRTUAL_FUNCTION.matcher(name);
    return number.matches() ? Integer.parseInt(number.group(1)) : -1;
  }
}
