package ostler.vfio;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/**
 * A folder that looks like a host's root, with a kernel behind it: what is written into its files
 * has the effect that it has on Linux 6.1. Faults, hangs and a power cut can be planned.
 */
final class FakeHost implements WatchedFileSystem.Watcher {

  /** The power was cut: from here on nothing more reaches the disk or the kernel. */
  static final class PowerCut extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final int MSI_AT = 0x50;

  final Path root;
  private final Path watched;
  private final Map<String, String> natives = new HashMap<>();
  private final Map<String, String> faults = new HashMap<>();
  private final Set<String> hanging = new HashSet<>();
  private final Set<String> idleResets = new HashSet<>();
  private final CountDownLatch never = new CountDownLatch(1);
  final List<String> kernelWrites = new ArrayList<>();
  private int changesLeft = Integer.MAX_VALUE;
  private boolean cut;

  FakeHost(Path root) throws IOException {
    this.root = root;
    this.watched = WatchedFileSystem.watch(root, this);
    for (String folder :
        List.of(
            "sys/bus/pci/devices",
            "sys/bus/pci/drivers/vfio-pci",
            "sys/kernel/iommu_groups",
            "sys/class/block",
            "sys/class/net",
            "sys/dev/char",
            "sys/dev/block",
            "dev/vfio",
            "proc/self",
            "proc/net",
            "run/lock",
            "etc/ostler",
            "var/lib/ostler")) {
      Files.createDirectories(root.resolve(folder));
    }
    write("sys/bus/pci/drivers_probe", "");
    write("sys/bus/pci/drivers/vfio-pci/unbind", "");
    write("proc/iomem", "00000000-00000fff : Reserved\n");
    write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
    write("proc/self/mountinfo", "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n");
    write("etc/ostler/devices", "# nothing yet\n");
    trust(root.resolve("etc/ostler"), root.resolve("etc/ostler/devices"));
    process(ProcessHandle.current().pid(), "java");
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
    Path folder = root.resolve("sys/devices/pci0000:00").resolve(address);
    Files.createDirectories(folder.resolve("power"));
    String at = "sys/devices/pci0000:00/" + address + "/";
    write(at + "vendor", "0x" + id.substring(0, 4) + "\n");
    write(at + "device", "0x" + id.substring(5) + "\n");
    write(at + "subsystem_vendor", "0x1af4\n");
    write(at + "subsystem_device", "0x1100\n");
    write(at + "revision", "0x01\n");
    write(at + "class", "0x" + pciClass + "\n");
    write(at + "driver_override", "(null)\n");
    write(at + "power/control", "auto\n");
    write(at + "d3cold_allowed", "1\n");
    write(at + "resource", "0x0 0x0 0x0\n");
    configSpace(folder.resolve("config"), id);
    Files.createSymbolicLink(root.resolve("sys/bus/pci/devices").resolve(address), folder);
    Path groupFolder = root.resolve("sys/kernel/iommu_groups/" + group);
    Files.createDirectories(groupFolder.resolve("devices"));
    Files.createSymbolicLink(groupFolder.resolve("devices").resolve(address), folder);
    Files.createSymbolicLink(folder.resolve("iommu_group"), groupFolder);
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

  Path attribute(String address, String name) {
    return root.resolve("sys/devices/pci0000:00").resolve(address).resolve(name);
  }

  void attribute(String address, String name, String value) throws IOException {
    Files.createDirectories(attribute(address, name).getParent());
    Files.writeString(attribute(address, name), value);
  }

  String attributeText(String address, String name) throws IOException {
    return Files.readString(attribute(address, name)).strip();
  }

  /** The driver that a device is bound to, or nothing. */
  String driverOf(String address) {
    try {
      return Files.readSymbolicLink(attribute(address, "driver")).getFileName().toString();
    } catch (IOException e) {
      return "";
    }
  }

  /** Lists devices as those that may be touched. */
  void list(String... addresses) throws IOException {
    Path file = root.resolve("etc/ostler/devices");
    Files.writeString(file, Files.readString(file) + String.join("\n", addresses) + "\n");
  }

  /** A process, with what it has open. */
  void process(long pid, String command, String... open) throws IOException {
    Path folder = root.resolve("proc").resolve(Long.toString(pid));
    Files.createDirectories(folder.resolve("fd"));
    Files.writeString(folder.resolve("comm"), command + "\n");
    Files.writeString(
        folder.resolve("stat"),
        "%d (%s) S 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0\n".formatted(pid, command));
    for (int i = 0; i < open.length; i++) {
      Files.createSymbolicLink(
          folder.resolve("fd").resolve(Integer.toString(3 + i)), Path.of(open[i]));
    }
  }

  void endProcess(long pid) throws IOException {
    Path folder = root.resolve("proc").resolve(Long.toString(pid));
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  static void trust(Path folder, Path file) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  // What goes wrong.

  /**
   * Has the kernel answer with these words whenever this file, or this device by it, is written.
   */
  void fault(String fileOrWrite, String words) {
    faults.put(fileOrWrite, words);
  }

  void mend() {
    faults.clear();
    hanging.clear();
  }

  /** Has the kernel never come back from a write into this file. */
  void hang(String file) {
    hanging.add(file);
  }

  /** Has resets of this device do nothing, and say that they did. */
  void resetDoesNothing(String address) {
    idleResets.add(address);
  }

  /** Cuts the power before the change after so many more. */
  void cutPowerAfter(int changes) {
    changesLeft = changes;
  }

  /** Whether the power was cut; and gives it back. */
  boolean powerReturns() {
    boolean was = cut;
    cut = false;
    changesLeft = Integer.MAX_VALUE;
    return was;
  }

  // The program.

  Outside outside() {
    return outside(UnaryOperator.identity());
  }

  Outside outside(UnaryOperator<Duration> pace) {
    return new Outside(
        new Layout(watched),
        owner(root),
        Clock.systemUTC(),
        new Random(7),
        time -> Thread.onSpinWait(),
        pace);
  }

  static int owner(Path path) {
    try {
      return (Integer) Files.getAttribute(path, "unix:uid");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

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
        new Outside(
            new Layout(WatchedFileSystem.watch(root, new Onlooker())),
            owner(root),
            Clock.systemUTC(),
            new Random(7),
            time -> Thread.onSpinWait(),
            UnaryOperator.identity()));
  }

  // The kernel.

  @Override
  public synchronized void changing(Path file) {
    if (cut || changesLeft == 0) {
      cut = true;
      throw new PowerCut();
    }
    changesLeft--;
  }

  @Override
  public boolean writes(Path file, byte[] bytes, long position) throws IOException {
    changing(file);
    if (!file.startsWith(root.resolve("sys"))) {
      return false;
    }
    String name = root.relativize(file).toString();
    String text = new String(bytes, StandardCharsets.US_ASCII);
    if (hanging.contains(name)) {
      waitForEver();
    }
    for (String fault : List.of(name, name + "=" + text)) {
      if (faults.containsKey(fault)) {
        throw new IOException(faults.get(fault));
      }
    }
    if (file.getFileName().toString().equals("config")) {
      return false;
    }
    synchronized (this) {
      kernelWrites.add(name + "=" + text.strip());
      react(file, text);
    }
    return true;
  }

  private void waitForEver() {
    try {
      never.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void react(Path file, String text) throws IOException {
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
    boolean takes = !faults.containsKey("probe " + address + " " + wanted);
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

  private void link(String address, String driver) throws IOException {
    Files.createSymbolicLink(
        attribute(address, "driver"), root.resolve("sys/bus/pci/drivers").resolve(driver));
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
