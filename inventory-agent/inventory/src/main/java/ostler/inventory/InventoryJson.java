package ostler.inventory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.ResetMethod;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** A host's inventory on the wire, in one place for whoever sends and whoever receives it. */
public final class InventoryJson {

  private static final int MAX_KERNEL_RELEASE_CHARS = 128;
  private static final int MAX_GROUP = 999_999_999;
  private static final int MAX_NUMA_NODE = 999_999;

  private InventoryJson() {}

  /** Writes a host; equal inventories give equal bytes. */
  public static void write(HostInventory host, JsonWriter out) {
    out.text("host", host.host())
        .text("boot_id", host.bootId())
        .text("kernel", host.kernelRelease())
        .bool("iommu", host.iommu())
        .texts("kernel_flags", host.kernelFlags())
        .bool("scan_complete", host.scanComplete())
        .list("functions", host.functions(), InventoryJson::writeFunction)
        .list("groups", host.groups(), InventoryJson::writeGroup)
        .list("unread", host.unread(), InventoryJson::writeUnread);
    ProblemJson.writeAny(host.problems(), out);
  }

  /**
   * Reads a host. A function that cannot be read costs only itself: it is told to the listener and
   * becomes an unread device, named by its address where that is legible. Where it is not, nobody
   * can say which device is meant, and so the scan no longer counts as complete: absence from it
   * proves nothing.
   *
   * @param refused is told of each entry that could not be read
   * @throws WireException if the host's own fields cannot be read, naming the field and the rule
   */
  public static HostInventory read(JsonObject in, Consumer<WireException> refused)
      throws WireException {
    List<UnreadDevice> garbled = new ArrayList<>();
    Set<PciAddress> seen = new HashSet<>();
    List<PciFunction> functions =
        in.listOfSound(
            "functions",
            entry -> readFunctionOnce(entry, seen),
            (problem, entry) -> {
              refused.accept(problem);
              garbled.add(garbled(problem, entry));
            });
    List<UnreadDevice> unread = new ArrayList<>(in.list("unread", InventoryJson::readUnread));
    unread.addAll(garbled);
    boolean allNamed =
        garbled.stream().allMatch(device -> PciAddress.tryParse(device.name()).isPresent());
    HostInventory host =
        new HostInventory(
            in.value("host", HostName::tryParse, "a host name"),
            in.optionalValue("boot_id", BootId::tryParse, "a UUID"),
            in.optionalValue("kernel", InventoryJson::kernelRelease, "a kernel release"),
            in.bool("iommu"),
            in.values("kernel_flags", KernelFlag::tryParse, "a kernel flag"),
            functions,
            in.list("groups", InventoryJson::readGroup),
            unread,
            in.bool("scan_complete") && allNamed,
            ProblemJson.readAny(in));
    in.done();
    return host;
  }

  /** Writes one function. */
  public static void writeFunction(PciFunction function, JsonWriter out) {
    out.text("address", function.address());
    IdentityJson.write(function.identity(), out);
    out.text("class", function.pciClass()).text("driver", function.driver());
    function.group().ifPresent(group -> out.integer("group", group.number()));
    function.numaNode().ifPresent(node -> out.integer("numa_node", node.number()));
    out.texts("reset_methods", kernelNames(function.resetMethods(), ResetMethod::kernelName))
        .bool("boot_display", function.bootDisplay())
        .list("bars", function.bars(), InventoryJson::writeBar)
        .object("sriov", function.sriov(), InventoryJson::writeSriov)
        .text("physical_function", function.physicalFunction())
        .texts("mdev_types", function.mdevTypes())
        .texts("upstream", function.upstream())
        .text("power_state", function.powerState().map(PowerState::kernelName))
        .object("locked", function.locked(), LockedJson::write);
    ProblemJson.writeAny(function.problems(), out);
  }

  /**
   * Reads one function and refuses unknown fields.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  public static PciFunction readFunction(JsonObject in) throws WireException {
    PciFunction function =
        new PciFunction(
            in.value("address", PciAddress::tryParse, "a PCI address"),
            IdentityJson.read(in),
            in.value("class", PciClass::tryParse, "a PCI class"),
            in.optionalValue("driver", DriverName::tryParse, "a driver's name"),
            boxed(in, "group", MAX_GROUP, IommuGroup::new),
            boxed(in, "numa_node", MAX_NUMA_NODE, NumaNode::new),
            in.values("reset_methods", ResetMethod::tryParse, "a reset method"),
            in.bool("boot_display"),
            in.list("bars", InventoryJson::readBar),
            in.optionalObject("sriov", InventoryJson::readSriov),
            in.optionalValue("physical_function", PciAddress::tryParse, "a PCI address"),
            in.values("mdev_types", MdevTypeId::tryParse, "an mdev type"),
            in.values("upstream", PciAddress::tryParse, "a PCI address"),
            in.optionalValue("power_state", PowerState::tryParse, "a power state"),
            in.optionalObject("locked", LockedJson::read),
            ProblemJson.readAny(in));
    in.done();
    return function;
  }

  private static PciFunction readFunctionOnce(JsonObject in, Set<PciAddress> seen)
      throws WireException {
    PciFunction function = readFunction(in);
    if (!seen.add(function.address())) {
      throw in.refusal("address", "is another function's too: " + function.address());
    }
    return function;
  }

  private static UnreadDevice garbled(WireException problem, Optional<JsonObject> entry) {
    Problem named =
        new Problem(Problem.Code.ATTRIBUTE_GARBLED, problem.path(), problem.getMessage());
    String name =
        entry.flatMap(InventoryJson::legibleAddress).map(Object::toString).orElse(problem.path());
    return new UnreadDevice(
        name.substring(0, Math.min(name.length(), UnreadDevice.MAX_NAME_CHARS)), List.of(named));
  }

  private static Optional<PciAddress> legibleAddress(JsonObject entry) {
    return entry.peekText("address").flatMap(PciAddress::tryParse);
  }

  private static <T> Optional<T> boxed(
      JsonObject in, String name, int max, Function<Integer, T> noun) throws WireException {
    return in.has(name) ? Optional.of(noun.apply(in.integer(name, 0, max))) : Optional.empty();
  }

  private static void writeBar(Bar bar, JsonWriter out) {
    out.integer("index", bar.index())
        .integer("bytes", bar.bytes())
        .text("space", bar.space())
        .bool("prefetchable", bar.prefetchable());
  }

  private static Bar readBar(JsonObject in) throws WireException {
    Bar bar =
        new Bar(
            in.integer("index", 0, Bar.COUNT - 1),
            in.longInteger("bytes", 1, Long.MAX_VALUE),
            in.value("space", text -> named(Bar.Space.values(), Enum::name, text), "a space"),
            in.bool("prefetchable"));
    in.done();
    return bar;
  }

  private static void writeSriov(SriovParent sriov, JsonWriter out) {
    out.integer("total", sriov.totalFunctions()).texts("functions", sriov.functions());
  }

  private static SriovParent readSriov(JsonObject in) throws WireException {
    SriovParent sriov =
        new SriovParent(
            in.integer("total", 1, LockedJson.MAX_VIRTUAL_FUNCTIONS),
            in.values("functions", PciAddress::tryParse, "a PCI address"));
    in.done();
    return sriov;
  }

  private static void writeGroup(Group group, JsonWriter out) {
    out.integer("number", group.number().number())
        .text("type", group.type().map(GroupType::kernelName))
        .list(
            "members",
            group.members(),
            (member, in) -> in.text("address", member.address()).text("role", member.role()));
  }

  private static Group readGroup(JsonObject in) throws WireException {
    Group group =
        new Group(
            new IommuGroup(in.integer("number", 0, MAX_GROUP)),
            in.optionalValue("type", GroupType::tryParse, "a group's type"),
            in.list("members", InventoryJson::readMember));
    in.done();
    return group;
  }

  private static Group.Member readMember(JsonObject in) throws WireException {
    Group.Member member =
        new Group.Member(
            in.value("address", PciAddress::tryParse, "a PCI address"),
            in.value("role", text -> named(Group.Role.values(), Enum::name, text), "a role"));
    in.done();
    return member;
  }

  private static void writeUnread(UnreadDevice device, JsonWriter out) {
    out.text("name", device.name()).list("problems", device.problems(), ProblemJson::write);
  }

  private static UnreadDevice readUnread(JsonObject in) throws WireException {
    UnreadDevice device = new UnreadDevice(in.text("name"), in.list("problems", ProblemJson::read));
    in.done();
    return device;
  }

  private static <T> List<String> kernelNames(List<T> values, Function<T, String> name) {
    return values.stream().map(name).toList();
  }

  private static <T> Optional<T> named(T[] values, Function<T, String> name, String text) {
    return Arrays.stream(values).filter(value -> name.apply(value).equals(text)).findFirst();
  }

  private static Optional<String> kernelRelease(String text) {
    return text.isEmpty() || text.length() > MAX_KERNEL_RELEASE_CHARS
        ? Optional.empty()
        : Optional.of(text);
  }
}
