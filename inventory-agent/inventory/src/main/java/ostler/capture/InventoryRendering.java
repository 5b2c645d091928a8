package ostler.capture;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import ostler.capture.HostTree.Entry;
import ostler.inventory.Bar;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Group;
import ostler.inventory.HostInventory;
import ostler.inventory.Link;
import ostler.inventory.LinkRate;
import ostler.inventory.LockedAttributes;
import ostler.inventory.MdevType;
import ostler.inventory.MdevTypeId;
import ostler.inventory.PciFunction;
import ostler.inventory.PowerState;
import ostler.pci.PciAddress;
import ostler.pci.PciId;
import ostler.pci.ResetMethod;
import ostler.sysfs.LockedReads;

/**
 * Writes a host's inventory as the files that Linux would show for it: the inverse of a scan.
 * Whatever a scan cannot know is made up, evenly: where BARs begin, and what the rest of a
 * configuration header holds.
 */
final class InventoryRendering {

  private static final String DEVICES = "sys/bus/pci/devices/";
  private static final String GROUPS = "sys/kernel/iommu_groups/";

  /** Linux {@code include/linux/ioport.h}. */
  private static final long FLAG_IO = 0x100;

  private static final long FLAG_MEMORY = 0x200;
  private static final long FLAG_PREFETCH = 0x2000;

  /** Six BARs, the ROM, and six windows for virtual functions. */
  private static final int WINDOWS = 13;

  /** Where the first BAR of a host begins, far above its memory. */
  private static final long FIRST_BAR = 0x38_0000_0000_0000L;

  private final HostInventory host;
  private final HostTree tree = new HostTree();
  private long nextBar = FIRST_BAR;

  InventoryRendering(HostInventory host) {
    this.host = host;
  }

  HostTree tree() {
    tree.line("proc/sys/kernel/hostname", host.host());
    host.bootId().ifPresent(id -> tree.line("proc/sys/kernel/random/boot_id", id));
    host.kernelRelease().ifPresent(kernel -> tree.line("proc/sys/kernel/osrelease", kernel));
    tree.line(
        "proc/cmdline",
        host.kernelFlags().stream().map(Object::toString).collect(Collectors.joining(" ")));
    tree.put("sys/bus/pci/devices", new Entry.Directory());
    if (host.iommu()) {
      tree.link("sys/class/iommu/dmar0", "../../devices/virtual/iommu/dmar0");
    }
    host.functions().forEach(this::function);
    host.groups().forEach(this::group);
    return tree;
  }

  private void group(Group group) {
    String path = GROUPS + group.number();
    group.type().ifPresent(type -> tree.line(path + "/type", type.kernelName()));
    for (Group.Member member : group.members()) {
      host.function(member.address())
          .ifPresent(
              function ->
                  tree.link(
                      path + "/devices/" + member.address(),
                      "../../../../" + directory(function).substring("sys/".length())));
    }
  }

  private void function(PciFunction function) {
    String directory = directory(function);
    tree.link(DEVICES + function.address(), "../../../" + directory.substring("sys/".length()));
    String path = directory + '/';
    identity(path, function.identity());
    function
        .identity()
        .slot()
        .ifPresent(
            slot ->
                tree.line("sys/bus/pci/slots/" + slot + "/address", function.address().slotName()));
    tree.line(path + "class", function.pciClass());
    function.driver().ifPresent(driver -> tree.link(path + "driver", toBus(function) + driver));
    function
        .group()
        .ifPresent(
            group ->
                tree.link(path + "iommu_group", up(function) + "kernel/iommu_groups/" + group));
    tree.line(path + "numa_node", function.numaNode().map(Object::toString).orElse("-1"));
    tree.line(path + "resource", resource(function.bars()));
    function
        .powerState()
        .map(PowerState::kernelName)
        .ifPresent(state -> tree.line(path + "power_state", state));
    resetMethods(path, function.resetMethods());
    if (function.bootDisplay()) {
      tree.line(path + "boot_vga", 1);
    }
    virtualFunctions(path, function);
    for (MdevTypeId type : function.mdevTypes()) {
      tree.put(path + "mdev_supported_types/" + type, new Entry.Directory());
    }
    function.locked().ifPresent(locked -> locked(path, function.identity(), locked));
  }

  private void identity(String path, DeviceIdentity identity) {
    HexFormat hex = HexFormat.of();
    PciId subsystem = identity.subsystem().orElse(new PciId(0, 0));
    tree.line(path + "vendor", "0x" + hex.toHexDigits((short) identity.id().vendor()));
    tree.line(path + "device", "0x" + hex.toHexDigits((short) identity.id().device()));
    tree.line(path + "subsystem_vendor", "0x" + hex.toHexDigits((short) subsystem.vendor()));
    tree.line(path + "subsystem_device", "0x" + hex.toHexDigits((short) subsystem.device()));
    tree.line(path + "revision", "0x" + hex.toHexDigits((byte) identity.revision()));
  }

  private void resetMethods(String path, List<ResetMethod> methods) {
    if (!methods.isEmpty()) {
      tree.line(
          path + "reset_method",
          methods.stream().map(ResetMethod::kernelName).collect(Collectors.joining(" ")));
    }
  }

  private void virtualFunctions(String path, PciFunction function) {
    function.physicalFunction().ifPresent(parent -> tree.link(path + "physfn", "../" + parent));
    function
        .sriov()
        .ifPresent(
            sriov -> {
              tree.line(path + "sriov_totalvfs", sriov.totalFunctions());
              for (int i = 0; i < sriov.functions().size(); i++) {
                tree.link(path + "virtfn" + i, "../" + sriov.functions().get(i));
              }
            });
  }

  private void locked(String path, DeviceIdentity identity, LockedAttributes locked) {
    tree.line(
        path + "driver_override", locked.driverOverride().map(Object::toString).orElse("(null)"));
    locked.enabledFunctions().ifPresent(n -> tree.line(path + "sriov_numvfs", n));
    locked
        .responds()
        .ifPresent(alive -> tree.put(path + "config", new Entry.File(header(identity, alive))));
    locked.link().ifPresent(link -> link(path, link));
    locked.serial().ifPresent(serial -> tree.line(path + "serial_number", serial));
    locked.mdevTypes().forEach(type -> mdevType(path + "mdev_supported_types/" + type.id(), type));
  }

  private void mdevType(String path, MdevType type) {
    type.name().ifPresent(name -> tree.line(path + "/name", name));
    type.description().ifPresent(text -> tree.line(path + "/description", text));
    type.deviceApi().ifPresent(api -> tree.line(path + "/device_api", api));
    type.availableInstances().ifPresent(n -> tree.line(path + "/available_instances", n));
  }

  private void link(String path, Link link) {
    rate(path + "max_link_", link.max());
    rate(path + "current_link_", link.current());
  }

  private void rate(String prefix, Optional<LinkRate> rate) {
    tree.line(prefix + "speed", rate.map(InventoryRendering::speed).orElse("Unknown"));
    tree.line(prefix + "width", rate.map(LinkRate::lanes).orElse(0));
  }

  /** Linux {@code pci_speed_string}: {@code 2.5 GT/s PCIe}. */
  private static String speed(LinkRate rate) {
    int tenths = rate.megatransfers() / 100;
    return tenths / 10 + "." + tenths % 10 + " GT/s PCIe";
  }

  private String resource(List<Bar> bars) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < WINDOWS; i++) {
      int index = i;
      Optional<Bar> bar = bars.stream().filter(known -> known.index() == index).findFirst();
      text.append(i == 0 ? "" : "\n").append(bar.map(this::window).orElse(window(0, 0, 0)));
    }
    return text.toString();
  }

  private String window(Bar bar) {
    long flags = bar.space() == Bar.Space.MEMORY ? FLAG_MEMORY : FLAG_IO;
    // A BAR is aligned to its own size, which is a power of two.
    long size = Long.highestOneBit(bar.bytes());
    nextBar = (nextBar + size - 1) / size * size;
    String text =
        window(
            nextBar, nextBar + bar.bytes() - 1, bar.prefetchable() ? flags | FLAG_PREFETCH : flags);
    nextBar += bar.bytes();
    return text;
  }

  private static String window(long start, long end, long flags) {
    HexFormat hex = HexFormat.of();
    return "0x"
        + hex.toHexDigits(start)
        + " 0x"
        + hex.toHexDigits(end)
        + " 0x"
        + hex.toHexDigits(flags);
  }

  private static String header(DeviceIdentity identity, boolean alive) {
    StringBuilder header =
        new StringBuilder((alive ? "\0" : "\u00ff").repeat(LockedReads.CONFIG_HEADER_BYTES));
    if (alive) {
      header.setCharAt(0, (char) (identity.id().vendor() & 0xff));
      header.setCharAt(1, (char) (identity.id().vendor() >> 8));
      header.setCharAt(2, (char) (identity.id().device() & 0xff));
      header.setCharAt(3, (char) (identity.id().device() >> 8));
    }
    return header.toString();
  }

  /** The function's own directory: the bus's root, and the bridges on the way. */
  private static String directory(PciFunction function) {
    PciAddress first =
        function.upstream().isEmpty() ? function.address() : function.upstream().get(0);
    StringBuilder path = new StringBuilder("sys/devices/pci").append(first.busName());
    function.upstream().forEach(bridge -> path.append('/').append(bridge));
    return path.append('/').append(function.address()).toString();
  }

  /** From a function's directory up to {@code /sys}. */
  private static String up(PciFunction function) {
    return "../".repeat(function.upstream().size() + 3);
  }

  private static String toBus(PciFunction function) {
    return up(function) + "bus/pci/drivers/";
  }
}
