package ostler.sysfs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import ostler.inventory.BootId;
import ostler.inventory.GroupType;
import ostler.inventory.HostName;
import ostler.inventory.Problem.Code;
import ostler.inventory.SlotName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;

/**
 * The one read-only view of {@code /sys}, and of the few files in {@code /proc} that belong to it.
 * It follows no link but the one that leads to a function's own directory, and it never walks.
 *
 * <p>Nothing here waits for a device, so a program may call it on any thread; see {@link
 * FunctionDirectory} for the reasons and {@link LockedReads} for what is left out.
 */
public final class Sysfs {

  static final Path DEVICES = Path.of("sys/bus/pci/devices");
  private static final Path SLOTS = Path.of("sys/bus/pci/slots");
  private static final Path GROUPS = Path.of("sys/kernel/iommu_groups");
  private static final Path IOMMUS = Path.of("sys/class/iommu");
  private static final Path HOST_NAME = Path.of("proc/sys/kernel/hostname");
  private static final Path BOOT_ID = Path.of("proc/sys/kernel/random/boot_id");
  private static final Path KERNEL_RELEASE = Path.of("proc/sys/kernel/osrelease");
  private static final Path COMMAND_LINE = Path.of("proc/cmdline");

  private static final int MAX_KERNEL_RELEASE_CHARS = 128;

  private final Path root;

  /**
   * @param root {@code /} for this machine, or a directory that looks like one
   */
  public Sysfs(Path root) {
    this.root = root;
  }

  public Path root() {
    return root;
  }

  /** The names in {@code /sys/bus/pci/devices}: addresses, if the kernel is well. Unordered. */
  public Read<List<String>> functionNames() {
    return AttributeFile.names(root.resolve(DEVICES));
  }

  /** One function's attributes; absent where there is no such function. */
  public Read<FunctionDirectory> function(PciAddress address) {
    return FunctionDirectory.open(address, directoryOf(address));
  }

  /** The same function's other attributes, whose reads may never come back. */
  public LockedReads locked(PciAddress address) {
    return new LockedReads(directoryOf(address));
  }

  /** All IOMMU groups. Empty where there is no IOMMU. */
  public Read<List<IommuGroup>> groups() {
    return namesOrNone(GROUPS)
        .then(names -> parseAll(names, IommuGroup::tryParse, "an IOMMU group"));
  }

  /**
   * The functions in a group, bridges among them, as the kernel lists them. None for a group of
   * another bus: a mediated device has one of its own, under its UUID, and so has a platform's
   * device behind an SMMU. What shares a group with a function has to be a function, too.
   */
  public Read<List<PciAddress>> membersOf(IommuGroup group) {
    return AttributeFile.names(root.resolve(GROUPS).resolve(group.toString()).resolve("devices"))
        .then(
            names ->
                names.stream().noneMatch(name -> PciAddress.tryParse(name).isPresent())
                    ? Read.of(List.of())
                    : parseAll(names, PciAddress::tryParse, "a PCI address"));
  }

  /**
   * What a group's default domain does; absent where the kernel does not know. The read takes the
   * group's own mutex, which is never held while a driver is bound or a device is reset (Linux
   * 6.1.192, {@code iommu_group_show_type}).
   */
  public Read<GroupType> typeOf(IommuGroup group) {
    return AttributeFile.read(root.resolve(GROUPS).resolve(group.toString()).resolve("type"))
        .then(
            text ->
                text.strip().equals("unknown")
                    ? Read.absent()
                    : Attributes.parse(text, GroupType::tryParse, "a group's type"));
  }

  /** Whether an IOMMU is active: only then does the kernel list any. */
  public Read<Boolean> iommu() {
    return namesOrNone(IOMMUS).map(names -> !names.isEmpty());
  }

  /**
   * The machine's named slots, by the bus and device number that sits there, as {@link
   * PciAddress#slotName} prints it. A slot whose file cannot be read is left out: a name is a
   * convenience.
   */
  public Read<Map<String, SlotName>> slots() {
    return namesOrNone(SLOTS).map(this::slots);
  }

  /** As the kernel knows it, which is what {@code uname -n} prints. */
  public Read<HostName> hostName() {
    return AttributeFile.read(root.resolve(HOST_NAME))
        .then(text -> Attributes.parse(text, HostName::tryParse, "a host name"));
  }

  public Read<BootId> bootId() {
    return AttributeFile.read(root.resolve(BOOT_ID))
        .then(text -> Attributes.parse(text, BootId::tryParse, "a UUID"));
  }

  /** As {@code uname -r} prints it. */
  public Read<String> kernelRelease() {
    return AttributeFile.read(root.resolve(KERNEL_RELEASE))
        .then(text -> Attributes.parse(text, Sysfs::kernelRelease, "a kernel release"));
  }

  public Read<String> commandLine() {
    return AttributeFile.read(root.resolve(COMMAND_LINE));
  }

  private Path directoryOf(PciAddress address) {
    return root.resolve(DEVICES).resolve(address.toString());
  }

  private Map<String, SlotName> slots(List<String> names) {
    Map<String, SlotName> slots = new HashMap<>();
    for (String name : names) {
      Optional<SlotName> slot = SlotName.tryParse(name);
      AttributeFile.read(root.resolve(SLOTS).resolve(name).resolve("address"))
          .value()
          .ifPresent(address -> slot.ifPresent(known -> slots.put(address.strip(), known)));
    }
    return slots;
  }

  private Read<List<String>> namesOrNone(Path directory) {
    Read<List<String>> names = AttributeFile.names(root.resolve(directory));
    return names instanceof Read.Absent<List<String>> ? Read.of(List.of()) : names;
  }

  private static <T> Read<List<T>> parseAll(
      List<String> names, Function<String, Optional<T>> parser, String what) {
    List<T> parsed = new ArrayList<>();
    for (String name : names) {
      Optional<T> one = parser.apply(name);
      if (one.isEmpty()) {
        return Read.failed(Code.ATTRIBUTE_GARBLED, Attributes.quoted(name) + " is not " + what);
      }
      parsed.add(one.get());
    }
    return Read.of(parsed);
  }

  private static Optional<String> kernelRelease(String text) {
    boolean sound =
        !text.isEmpty()
            && text.length() <= MAX_KERNEL_RELEASE_CHARS
            && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    return sound ? Optional.of(text) : Optional.empty();
  }
}
