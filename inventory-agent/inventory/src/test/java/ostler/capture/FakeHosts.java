package ostler.capture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import ostler.inventory.Bar;
import ostler.inventory.BootId;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Group;
import ostler.inventory.GroupType;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.KernelFlag;
import ostler.inventory.Link;
import ostler.inventory.LinkRate;
import ostler.inventory.LockedAttributes;
import ostler.inventory.MdevType;
import ostler.inventory.MdevTypeId;
import ostler.inventory.NumaNode;
import ostler.inventory.PciFunction;
import ostler.inventory.PowerState;
import ostler.inventory.SriovParent;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.pci.ResetMethod;

/**
 * Machines that nobody here has, described in a few lines each from what is documented of them. The
 * files that other modules read are made from these.
 */
public final class FakeHosts {

  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;

  private static final LinkRate GEN3_X16 = new LinkRate(8_000, 16);
  private static final LinkRate GEN4_X16 = new LinkRate(16_000, 16);
  private static final LinkRate GEN5_X16 = new LinkRate(32_000, 16);

  private static final List<ResetMethod> FLR_AND_BUS = List.of(ResetMethod.FLR, ResetMethod.BUS);

  /** What is the same in the head of every file. */
  private static final List<String> ASSUMED =
      List.of(
          "Models, vendors and classes: the PCI ID database, version 2025.06.09.",
          "Form of the files: Linux 6.1, Documentation/ABI/testing/sysfs-bus-pci and its source.",
          "Assumed, since no such machine was at hand: bus and group numbers, BARs, subsystem"
              + " numbers,",
          "chipset functions, and whatever else is not named above.");

  private final List<String> comments = new ArrayList<>();
  private final List<PciFunction> functions = new ArrayList<>();
  private final String name;
  private int nextGroup;

  private FakeHosts(String name, String... comments) {
    this.name = name;
    this.comments.addAll(List.of(comments));
    this.comments.addAll(ASSUMED);
  }

  /** Every host's text by its name. */
  public static Map<String, String> all() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (FakeHosts host :
        List.of(
            eightA100(),
            l40sWithVirtualFunctions(),
            t4WithMdevTypes(),
            twoCardsInOneGroup(),
            noResetMethod(),
            h200InTwoDomains())) {
      texts.put(host.name, host.tree().toText());
    }
    return texts;
  }

  /** Eight A100 on two NUMA nodes, four behind a PCIe switch on each. */
  public static FakeHosts eightA100() {
    FakeHosts host =
        new FakeHosts(
            "a100x8",
            "Eight A100 SXM4 40GB on two NUMA nodes, four behind one PCIe switch on each.",
            "16 virtual functions per card: libvirt's node device of an A100 (maxCount='16').");
    for (int node = 0; node < 2; node++) {
      String root = node == 0 ? "00" : "80";
      int bus = node == 0 ? 1 : 0x81;
      PciAddress port = host.bridge("0000:" + root + ":01.0", "1022:1483", List.of(), node);
      PciAddress up = host.bridge(at(bus, 0), "1000:c010", List.of(port), node);
      for (int slot = 0; slot < 4; slot++) {
        PciAddress down = host.bridge(at(bus + 1, slot), "1000:c010", List.of(port, up), node);
        host.add(
            gpu(at(bus + 2 + slot, 0), "10de:20b0", "10de:134f")
                .driver(new DriverName("nvidia"))
                .group(host.newGroup())
                .numaNode(new NumaNode(node))
                .resetMethods(FLR_AND_BUS)
                .bars(List.of(memory(0, 16 * MIB), window(1, 64 * GIB), window(3, 32 * MIB)))
                .sriov(Optional.of(new SriovParent(16, List.of())))
                .upstream(List.of(port, up, down))
                .locked(locked(GEN4_X16, OptionalInt.of(0), List.of())));
      }
    }
    return host;
  }

  /** One L40S that shows 32 virtual functions to vendor-VFIO, and one that shows none. */
  public static FakeHosts l40sWithVirtualFunctions() {
    FakeHosts host =
        new FakeHosts(
            "l40s",
            "Two L40S, one of them with 32 virtual functions.",
            "Class 0302 and revision a1: lspci in akash-network/provider-configs #99.",
            "Virtual functions begin at function 4: libvirt's node device of an A100.");
    PciAddress port = host.bridge("0000:40:01.1", "1022:14ab", List.of(), 0);
    PciAddress parent = PciAddress.parse("0000:41:00.0");
    List<PciAddress> virtual = virtualFunctions(parent, 4, 32);
    host.add(l40s(parent, host.newGroup(), port, virtual));
    for (PciAddress function : virtual) {
      host.add(
          gpu(function, "10de:26b9", "10de:0000")
              .driver(new DriverName("nvidia"))
              .group(host.newGroup())
              .numaNode(new NumaNode(0))
              .resetMethods(List.of(ResetMethod.FLR))
              .physicalFunction(Optional.of(parent))
              .upstream(List.of(port))
              .locked(locked(null, OptionalInt.empty(), List.of())));
    }
    PciAddress second = host.bridge("0000:90:01.1", "1022:14ab", List.of(), 1);
    host.add(l40s(PciAddress.parse("0000:91:00.0"), host.newGroup(), second, List.of()));
    return host;
  }

  /** A T4 with the mdev types that NVIDIA's vGPU manager offers on it. */
  public static FakeHosts t4WithMdevTypes() {
    FakeHosts host =
        new FakeHosts(
            "t4",
            "A T4 with mdev types.",
            "Types, names and numbers of instances: NVIDIA's vGPU types as KubeVirt's tests and",
            "published tables have them (nvidia-222 is GRID T4-1B, 16 instances).",
            "The console is on the ASPEED controller of the management board.");
    PciAddress port = host.bridge("0000:3a:00.0", "8086:3420", List.of(), 0);
    List<MdevType> types =
        List.of(
            mdev(222, "GRID T4-1B", 45, 1, "5120x2880"),
            mdev(223, "GRID T4-2B", 45, 2, "5120x2880"),
            mdev(224, "GRID T4-2B4", 45, 2, "5120x2880"),
            mdev(228, "GRID T4-8A", 60, 8, "1280x1024"),
            mdev(229, "GRID T4-16A", 60, 16, "1280x1024"));
    host.add(
        gpu("0000:3b:00.0", "10de:1eb8", "10de:12a2")
            .driver(new DriverName("nvidia"))
            .group(host.newGroup())
            .numaNode(new NumaNode(0))
            .resetMethods(FLR_AND_BUS)
            .bars(List.of(memory(0, 16 * MIB), window(1, 256 * MIB), window(3, 32 * MIB)))
            .mdevTypes(types.stream().map(MdevType::id).toList())
            .upstream(List.of(port))
            .locked(locked(GEN3_X16, OptionalInt.empty(), types)));
    host.add(
        function("0000:03:00.0", "1a03:2000", "0x030000", "1a03:2000")
            .driver(new DriverName("ast"))
            .group(host.newGroup())
            .numaNode(new NumaNode(0))
            .bootDisplay(true)
            .bars(List.of(memory(0, 16 * MIB)))
            .locked(locked(null, OptionalInt.empty(), List.of())));
    return host;
  }

  /** Two cards that the hardware cannot keep apart. */
  public static FakeHosts twoCardsInOneGroup() {
    FakeHosts host =
        new FakeHosts(
            "shared-group",
            "Two cards behind a switch whose ports have no ACS: one IOMMU group for all of them.",
            "A switch without ACS joins everything below it: Linux"
                + " Documentation/driver-api/vfio.rst.");
    IommuGroup group = host.newGroup();
    PciAddress port = host.bridge("0000:00:03.1", "1022:1483", List.of(), 0);
    PciAddress up = host.bridge("0000:21:00.0", "10b5:8747", List.of(port), 0, group);
    for (int slot = 0; slot < 2; slot++) {
      PciAddress down =
          host.bridge("0000:22:1" + slot * 8 + ".0", "10b5:8747", List.of(port, up), 0, group);
      String card = "0000:" + (23 + slot) + ":00.";
      host.add(
          gpu(card + "0", "10de:2230", "10de:1459")
              .driver(DriverName.VFIO_PCI)
              .group(group)
              .resetMethods(FLR_AND_BUS)
              .bars(List.of(memory(0, 16 * MIB), window(1, 64 * GIB), window(3, 32 * MIB)))
              .upstream(List.of(port, up, down))
              .locked(locked(GEN4_X16, OptionalInt.empty(), List.of())));
      host.add(
          function(card + "1", "10de:1aef", "0x040300", "10de:1459")
              .driver(new DriverName("snd_hda_intel"))
              .group(group)
              .resetMethods(List.of(ResetMethod.PM))
              .bars(List.of(memory(0, 16 * 1024)))
              .upstream(List.of(port, up, down))
              .locked(locked(GEN4_X16, OptionalInt.empty(), List.of())));
    }
    return host;
  }

  /** A card that the kernel has no way to reset. */
  public static FakeHosts noResetMethod() {
    FakeHosts host =
        new FakeHosts(
            "no-reset",
            "An AMD card without a reset method, and the console on another one.",
            "Why there is none: no FLR; two functions on one bus, so no bus reset; and no PM reset"
                + " on",
            "AMD's VGA controllers (Linux 6.1 drivers/pci/pci.c pci_parent_bus_reset, and"
                + " quirks.c).");
    PciAddress port = host.bridge("0000:00:01.1", "1022:1483", List.of(), 0);
    IommuGroup group = host.newGroup();
    host.add(
        function("0000:0b:00.0", "1002:66a1", "0x030000", "1002:0834")
            .driver(new DriverName("amdgpu"))
            .group(group)
            .bars(List.of(window(0, 16 * GIB), window(2, 2 * MIB), memory(5, 512 * 1024)))
            .upstream(List.of(port))
            .locked(locked(GEN4_X16, OptionalInt.empty(), List.of())));
    host.add(
        function("0000:0b:00.1", "1002:ab20", "0x040300", "1002:ab20")
            .driver(new DriverName("snd_hda_intel"))
            .group(group)
            .bars(List.of(memory(0, 16 * 1024)))
            .upstream(List.of(port))
            .locked(locked(GEN4_X16, OptionalInt.empty(), List.of())));
    PciAddress second = host.bridge("0000:00:03.1", "1022:1483", List.of(), 0);
    host.add(
        function("0000:0c:00.0", "1002:5046", "0x030000", "1002:0008")
            .driver(new DriverName("radeon"))
            .group(host.newGroup())
            .resetMethods(List.of(ResetMethod.BUS))
            .bootDisplay(true)
            .bars(List.of(memory(0, 64 * MIB)))
            .upstream(List.of(second))
            .locked(locked(null, OptionalInt.empty(), List.of())));
    return host;
  }

  /** H200 cards at one bus number in two domains, and an NVSwitch. */
  public static FakeHosts h200InTwoDomains() {
    FakeHosts host =
        new FakeHosts(
            "h200",
            "H200 SXM cards, two of them at the same bus number in different domains.",
            "A card at 0001:d6:00.0: apache/cloudstack #12960. NVSwitch has class 0680.",
            "A BAR over 141 GB of memory has 256 GiB, since a BAR is a power of two.");
    for (String domain : List.of("0000", "0001")) {
      int node = domain.equals("0000") ? 0 : 1;
      for (String bus : List.of("19", "d6")) {
        PciAddress port =
            host.bridge(domain + ":" + lower(bus) + ":01.0", "8086:352a", List.of(), node);
        host.add(
            gpu(domain + ":" + bus + ":00.0", "10de:2335", "10de:18be")
                .driver(DriverName.VFIO_PCI)
                .group(host.newGroup())
                .numaNode(new NumaNode(node))
                .resetMethods(FLR_AND_BUS)
                .bars(List.of(window(0, 64 * MIB), window(2, 256 * GIB), window(4, 32 * MIB)))
                .upstream(List.of(port))
                .locked(locked(GEN5_X16, OptionalInt.empty(), List.of())));
      }
    }
    PciAddress port = host.bridge("0001:04:01.0", "8086:352a", List.of(), 1);
    host.add(
        function("0001:05:00.0", "10de:22a3", "0x068000", "10de:1796")
            .driver(DriverName.VFIO_PCI)
            .group(host.newGroup())
            .numaNode(new NumaNode(1))
            .resetMethods(FLR_AND_BUS)
            .bars(List.of(memory(0, 32 * MIB)))
            .upstream(List.of(port))
            .locked(locked(new LinkRate(5_000, 2), OptionalInt.empty(), List.of())));
    return host;
  }

  /**
   * As many GPUs and virtual functions as asked for: the host that a scan's speed is measured on.
   */
  public static FakeHosts many(int gpus, int virtualFunctionsEach) {
    FakeHosts host = new FakeHosts("many");
    for (int i = 0; i < gpus; i++) {
      PciAddress port = host.bridge(at(i * 8, 1), "1022:14ab", List.of(), i % 2);
      PciAddress parent = PciAddress.parse(at(i * 8 + 1, 0));
      List<PciAddress> virtual = virtualFunctions(parent, 4, virtualFunctionsEach);
      host.add(l40s(parent, host.newGroup(), port, virtual));
      for (PciAddress function : virtual) {
        host.add(
            gpu(function, "10de:26b9", "10de:0000")
                .driver(DriverName.VFIO_PCI)
                .group(host.newGroup())
                .numaNode(new NumaNode(i % 2))
                .resetMethods(List.of(ResetMethod.FLR))
                .bars(List.of(window(0, 16 * MIB), window(2, 2 * GIB)))
                .physicalFunction(Optional.of(parent))
                .upstream(List.of(port))
                .locked(locked(null, OptionalInt.empty(), List.of())));
      }
    }
    return host;
  }

  /** The function as a scan alone sees it. */
  public static PciFunction withoutLocked(PciFunction function) {
    return new PciFunction(
        function.address(),
        function.identity(),
        function.pciClass(),
        function.driver(),
        function.group(),
        function.numaNode(),
        function.resetMethods(),
        function.bootDisplay(),
        function.bars(),
        function.sriov(),
        function.physicalFunction(),
        function.mdevTypes(),
        function.upstream(),
        function.powerState(),
        Optional.empty(),
        function.problems());
  }

  /** What a scan and a probe of the host would find. */
  public HostInventory inventory() {
    return new HostInventory(
        new HostName(name),
        Optional.of(BootId.parse("00000000-0000-4000-8000-000000000001")),
        Optional.of("6.1.0-37-amd64"),
        true,
        List.of(new KernelFlag("intel_iommu=on"), new KernelFlag("iommu=pt")),
        functions,
        groupsOfAll(),
        List.of(),
        true,
        List.of());
  }

  /** The files that the host would show. */
  public HostTree tree() {
    HostTree tree = HostTree.of(inventory());
    comments.forEach(tree::comment);
    return tree;
  }

  private List<Group> groupsOfAll() {
    Map<IommuGroup, List<Group.Member>> members = new TreeMap<>();
    for (PciFunction function : functions) {
      Group.Role role = function.isEndpoint() ? Group.Role.ENDPOINT : Group.Role.BRIDGE;
      members
          .computeIfAbsent(function.group().orElseThrow(), group -> new ArrayList<>())
          .add(new Group.Member(function.address(), role));
    }
    return members.entrySet().stream()
        .map(group -> new Group(group.getKey(), Optional.of(GroupType.DMA_FQ), group.getValue()))
        .toList();
  }

  private IommuGroup newGroup() {
    return new IommuGroup(nextGroup++);
  }

  private void add(PciFunction.Builder function) {
    functions.add(function.powerState(Optional.of(PowerState.D0)).build());
  }

  private PciAddress bridge(String address, String id, List<PciAddress> upstream, int node) {
    return bridge(address, id, upstream, node, newGroup());
  }

  private PciAddress bridge(
      String address, String id, List<PciAddress> upstream, int node, IommuGroup group) {
    add(
        function(address, id, "0x060400", "0000:0000")
            .driver(new DriverName("pcieport"))
            .group(group)
            .numaNode(new NumaNode(node))
            .resetMethods(List.of(ResetMethod.PM))
            .upstream(upstream));
    return PciAddress.parse(address);
  }

  private static PciFunction.Builder l40s(
      PciAddress address, IommuGroup group, PciAddress port, List<PciAddress> virtual) {
    return gpu(address, "10de:26b9", "10de:1851")
        .driver(new DriverName("nvidia"))
        .group(group)
        .numaNode(new NumaNode(address.bus() < 0x80 ? 0 : 1))
        .resetMethods(FLR_AND_BUS)
        .bars(List.of(memory(0, 16 * MIB), window(1, 64 * GIB), window(3, 32 * MIB)))
        .sriov(Optional.of(new SriovParent(32, virtual)))
        .upstream(List.of(port))
        .locked(locked(GEN4_X16, OptionalInt.of(virtual.size()), List.of()));
  }

  private static PciFunction.Builder gpu(Object address, String id, String subsystem) {
    return function(address, id, "0x030200", subsystem);
  }

  private static PciFunction.Builder function(
      Object address, String id, String pciClass, String subsystem) {
    DeviceIdentity identity =
        new DeviceIdentity(
            PciId.parse(id),
            Optional.of(PciId.parse(subsystem)).filter(board -> board.vendor() != 0),
            id.startsWith("10de") ? 0xa1 : 0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return PciFunction.builder(
        PciAddress.parse(address.toString()), identity, PciClass.parse(pciClass));
  }

  private static LockedAttributes locked(
      LinkRate rate, OptionalInt enabledFunctions, List<MdevType> types) {
    return new LockedAttributes(
        Optional.empty(),
        enabledFunctions,
        Optional.of(true),
        Optional.ofNullable(rate).map(same -> new Link(Optional.of(same), Optional.of(same))),
        Optional.empty(),
        types,
        List.of());
  }

  private static MdevType mdev(int number, String name, int frameRate, int gib, String resolution) {
    int instances = 16 / gib;
    return new MdevType(
        new MdevTypeId("nvidia-" + number),
        Optional.of(name),
        Optional.of(
            String.format(
                "num_heads=%d, frl_config=%d, framebuffer=%dM, max_resolution=%s, max_instance=%d",
                frameRate == 45 ? 4 : 1, frameRate, gib * 1024, resolution, instances)),
        Optional.of("vfio-pci"),
        OptionalInt.of(instances));
  }

  /** With ARI, functions go on counting through device and function number. */
  private static List<PciAddress> virtualFunctions(PciAddress parent, int offset, int count) {
    List<PciAddress> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int routing = offset + i;
      addresses.add(new PciAddress(parent.domain(), parent.bus(), routing >> 3, routing & 7));
    }
    return addresses;
  }

  private static Bar memory(int index, long bytes) {
    return new Bar(index, bytes, Bar.Space.MEMORY, false);
  }

  private static Bar window(int index, long bytes) {
    return new Bar(index, bytes, Bar.Space.MEMORY, true);
  }

  private static String at(int bus, int device) {
    return new PciAddress(0, bus, device, 0).toString();
  }

  private static String lower(String bus) {
    return String.format("%02x", Integer.parseInt(bus, 16) - 1);
  }
}
