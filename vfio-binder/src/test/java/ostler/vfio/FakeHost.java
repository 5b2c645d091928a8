package ostler.vfio;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import ostler.root.FakeKernel;
import ostler.root.WatchedFileSystem;

/**
 * A folder that looks like a host's root, with a kernel behind it: what is written into its files
 * has the effect that it has on Linux 6.1. Faults, hangs and a power cut can be planned.
 */
final class FakeHost extends FakeKernel {

  private static final int MSI_AT = 0x50;

  private final Map<String, String> natives = new HashMap<>();
  private final Set<String> idleResets = new HashSet<>();

  FakeHost(Path root) throws IOException {
    super(root);
    for (String folder :
        List.of("sys/bus/pci/drivers/vfio-pci", "sys/class/block", "sys/class/net", "proc/net")) {
      Files.createDirectories(root.resolve(folder));
    }
    write("sys/bus/pci/drivers_probe", "");
    write("sys/bus/pci/drivers/vfio-pci/unbind", "");
    write("proc/iomem", "00000000-00000fff : Reserved\n");
    write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
    write("proc/self/mountinfo", "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n");
  }

  // The machine.

  /** Adds a driver that takes devices by itself. */
  void driver(String name) throws IOException {
    Files.createDirectories(root.resolve("sys/bus/pci/drivers").resolve(name));
    write("sys/bus/pci/drivers/" + name + "/unbind", "");
  }

  /** Adds a device, bound to a driver unless that is empty. */
  void device(String address, int group, String id, String pciClass, String driver)
      throws IOException {
    identity(address, group, id, pciClass);
    attribute(address, "driver_override", "(null)\n");
    attribute(address, "power/control", "auto\n");
    attribute(address, "d3cold_allowed", "1\n");
    attribute(address, "resource", "0x0 0x0 0x0\n");
    configSpace(attribute(address, "config"), id);
    if (!driver.isEmpty()) {
      if (!Files.exists(root.resolve("sys/bus/pci/drivers").resolve(driver))) {
        driver(driver);
      }
      natives.put(address, driver);
      link(address, driver);
    }
  }

  /** A GPU with its sound function, listed, in group 5, each with its driver. */
  void gpu() throws IOException {
    device("0000:01:00.0", 5, "1002:5046", "030000", "radeon");
    device("0000:01:00.1", 5, "8086:293e", "040300", "snd_hda_intel");
    list("0000:01:00.0", "0000:01:00.1");
  }

  /** A shared memory device of some size, without a driver, listed, in group 7. */
  void memory(int bytes) throws IOException {
    device("0000:03:00.0", 7, "1af4:1110", "050000", "");
    bar("0000:03:00.0", 0, 4096, "0x0000000000040200");
    bar("0000:03:00.0", 2, bytes, "0x000000000014220c");
    attribute("0000:03:00.0", "reset_method", "bus\n");
    attribute("0000:03:00.0", "reset", "");
    list("0000:03:00.0");
  }

  /** Has somebody else bind devices of one group to vfio-pci, and a machine of his hold them. */
  void stranger(long pid, String... addresses) throws IOException {
    for (String address : addresses) {
      Files.deleteIfExists(attribute(address, "driver"));
      attribute(address, "driver_override", "vfio-pci\n");
      link(address, "vfio-pci");
    }
    Path node = Files.createFile(node(addresses[0]));
    process(pid, "qemu-system-x86", "/dev/vfio/" + node.getFileName());
  }

  /** Gives a device a BAR with a file behind it. */
  void bar(String address, int index, int bytes, String flags) throws IOException {
    Path resource = attribute(address, "resource");
    List<String> lines = new ArrayList<>(Files.readAllLines(resource));
    while (lines.size() <= index) {
      lines.add("0x0 0x0 0x0");
    }
    long start = 0xe000_0000L + index * 0x1000_0000L;
    lines.set(index, "0x%016x 0x%016x %s".formatted(start, start + bytes - 1, flags));
    Files.write(resource, lines);
    try (RandomAccessFile file =
        new RandomAccessFile(attribute(address, "resource" + index).toFile(), "rw")) {
      file.setLength(bytes);
    }
  }

  // What goes wrong.

  /** Has resets of this device do nothing, and say that they did. */
  void resetDoesNothing(String address) {
    idleResets.add(address);
  }

  // The program.

  /** Somebody in between who only keeps a slow disk out of the way. */
  private static final class Onlooker implements WatchedFileSystem.Watcher {
    @Override
    public void changing(Path file) {
      // The guard's power is never cut.
    }

    @Override
    public boolean writes(Path file, byte[] bytes, long position) {
      return false;
    }
  }

  /** A guard over the same folder, whose power is never cut, in a thread of its own. */
  RunningGuard guard() throws IOException, InterruptedException {
    return RunningGuard.start(
        outside(WatchedFileSystem.watch(root, new Onlooker()), UnaryOperator.identity()));
  }

  // The kernel.

  /** Registers are what is written into them. */
  @Override
  protected boolean isPlain(Path file) {
    return file.getFileName().toString().equals("config");
  }

  @Override
  protected void react(Path file, String text) throws IOException {
    String device = file.getParent().getFileName().toString();
    switch (file.getFileName().toString()) {
      case "unbind" -> unbind(device, text);
      case "drivers_probe" -> probe(text);
      case "driver_override" ->
          Files.writeString(file, text.equals("\n") ? "(null)\n" : text.strip() + "\n");
      case "reset" -> reset(device);
      default -> Files.writeString(file, text.strip() + "\n");
    }
  }

  private void unbind(String driver, String address) throws IOException {
    if (!driverOf(address).equals(driver)) {
      throw new IOException("No such device");
    }
    Files.delete(attribute(address, "driver"));
    if (driver.equals("vfio-pci") && !groupOnVfio(address)) {
      Files.deleteIfExists(node(address));
    }
  }

  private void probe(String address) throws IOException {
    if (!Files.exists(attribute(address, "vendor"))) {
      throw new NoSuchFileException(address);
    }
    if (!driverOf(address).isEmpty()) {
      return;
    }
    String override = attributeText(address, "driver_override");
    String wanted = override.equals("(null)") ? natives.getOrDefault(address, "") : override;
    boolean takes = !hasFault("probe " + address + " " + wanted);
    if (takes
        && Files.isDirectory(root.resolve("sys/bus/pci/drivers").resolve(wanted))
        && !wanted.isEmpty()) {
      link(address, wanted);
      if (wanted.equals("vfio-pci")) {
        attribute(address, "power/control", "auto\n");
        if (!Files.exists(node(address))) {
          Files.createFile(node(address));
        }
      }
    }
  }

  private void reset(String address) throws IOException {
    if (!idleResets.contains(address)) {
      try (RandomAccessFile config =
          new RandomAccessFile(attribute(address, "config").toFile(), "rw")) {
        config.seek(MSI_AT + 4);
        config.writeInt(0);
      }
      Path registers = attribute(address, "resource0");
      if (Files.exists(registers)) {
        try (RandomAccessFile bar = new RandomAccessFile(registers.toFile(), "rw")) {
          bar.writeInt(0);
        }
      }
    }
  }

  private boolean groupOnVfio(String address) throws IOException {
    Path devices = attribute(address, "iommu_group").toRealPath().resolve("devices");
    try (var members = Files.list(devices)) {
      return members.anyMatch(m -> driverOf(m.getFileName().toString()).equals("vfio-pci"));
    }
  }

  private Path node(String address) throws IOException {
    Path group = Files.readSymbolicLink(attribute(address, "iommu_group"));
    return root.resolve("dev/vfio").resolve(group.getFileName().toString());
  }

  /** A configuration space with an MSI capability that is not in use. */
  private static void configSpace(Path file, String id) throws IOException {
    ByteBuffer config = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
    config.putShort(0, (short) Integer.parseInt(id.substring(0, 4), 16));
    config.putShort(2, (short) Integer.parseInt(id.substring(5), 16));
    config.putShort(4, (short) 0x0006);
    config.putShort(6, (short) 0x0010);
    config.put(0x34, (byte) MSI_AT);
    config.put(MSI_AT, (byte) 0x05);
    Files.write(file, config.array());
  }
}
