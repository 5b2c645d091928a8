package ostler.root;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
 * has the effect that a subclass gives it. Faults, hangs and a power cut can be planned.
 */
public abstract class FakeKernel implements WatchedFileSystem.Watcher {

  /** The power was cut: from here on nothing more reaches the disk or the kernel. */
  public static final class PowerCut extends Error {
    private static final long serialVersionUID = 1L;
  }

  public final Path root;
  public final List<String> kernelWrites = new ArrayList<>();
  private final Path watched;
  private final Map<String, String> faults = new HashMap<>();
  private final Set<String> hanging = new HashSet<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private int changesLeft = Integer.MAX_VALUE;
  private boolean cut;

  /** Makes the folders that every host has, and one process: this one. */
  protected FakeKernel(Path root) throws IOException {
    this.root = root;
    this.watched = WatchedFileSystem.watch(root, this);
    for (String folder :
        List.of(
            "sys/bus/pci/devices",
            "sys/kernel/iommu_groups",
            "sys/dev/char",
            "sys/dev/block",
            "dev/vfio",
            "proc/self",
            "run/lock",
            "etc/ostler",
            "var/lib/ostler")) {
      Files.createDirectories(root.resolve(folder));
    }
    write("etc/ostler/devices", "# nothing yet\n");
    trust(root.resolve("etc/ostler"), root.resolve("etc/ostler/devices"));
    process(ProcessHandle.current().pid(), "java");
  }

  /** What happens when a value is written into a file below /sys. */
  protected abstract void react(Path file, String text) throws IOException;

  /** Whether writes into this file are its content, with nobody behind it. */
  protected boolean isPlain(Path file) {
    return false;
  }

  // The machine.

  public final Path attribute(String address, String name) {
    return root.resolve("sys/devices/pci0000:00").resolve(address).resolve(name);
  }

  public final void attribute(String address, String name, String value) throws IOException {
    Files.createDirectories(attribute(address, name).getParent());
    Files.writeString(attribute(address, name), value);
  }

  public final String attributeText(String address, String name) throws IOException {
    return Files.readString(attribute(address, name)).strip();
  }

  /** The driver that a device is bound to, or nothing. */
  public final String driverOf(String address) {
    try {
      return Files.readSymbolicLink(attribute(address, "driver")).getFileName().toString();
    } catch (IOException e) {
      return "";
    }
  }

  /** Makes a device's folder with the files that say which it is, in a group. */
  protected final void identity(String address, int group, String id, String pciClass)
      throws IOException {
    Path folder = root.resolve("sys/devices/pci0000:00").resolve(address);
    attribute(address, "vendor", "0x" + id.substring(0, 4) + "\n");
    attribute(address, "device", "0x" + id.substring(5) + "\n");
    attribute(address, "subsystem_vendor", "0x1af4\n");
    attribute(address, "subsystem_device", "0x1100\n");
    attribute(address, "revision", "0x01\n");
    attribute(address, "class", "0x" + pciClass + "\n");
    Files.createSymbolicLink(root.resolve("sys/bus/pci/devices").resolve(address), folder);
    Path groupFolder = root.resolve("sys/kernel/iommu_groups/" + group);
    Files.createDirectories(groupFolder.resolve("devices"));
    Files.createSymbolicLink(groupFolder.resolve("devices").resolve(address), folder);
    Files.createSymbolicLink(folder.resolve("iommu_group"), groupFolder);
  }

  /** Binds a device to a driver. */
  protected final void link(String address, String driver) throws IOException {
    Files.createSymbolicLink(
        attribute(address, "driver"), root.resolve("sys/bus/pci/drivers").resolve(driver));
  }

  /** Lists devices as those that may be touched. */
  public final void list(String... addresses) throws IOException {
    Path file = root.resolve("etc/ostler/devices");
    Files.writeString(file, Files.readString(file) + String.join("\n", addresses) + "\n");
  }

  /** A process, with what it has open. */
  public final void process(long pid, String command, String... open) throws IOException {
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

  public final void endProcess(long pid) throws IOException {
    Path folder = root.resolve("proc").resolve(Long.toString(pid));
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  public final void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  public static void trust(Path folder, Path file) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  // What goes wrong.

  /**
   * Has the kernel answer with these words whenever this file, or this device by it, is written.
   */
  public final void fault(String fileOrWrite, String words) {
    faults.put(fileOrWrite, words);
  }

  protected final boolean hasFault(String name) {
    return faults.containsKey(name);
  }

  public final void mend() {
    faults.clear();
    hanging.clear();
  }

  /** Has the kernel never come back from a write into this file. */
  public final void hang(String file) {
    hanging.add(file);
  }

  /** Cuts the power before the change after so many more. */
  public final void cutPowerAfter(int changes) {
    changesLeft = changes;
  }

  /** Whether the power was cut; and gives it back. */
  public final boolean powerReturns() {
    boolean was = cut;
    cut = false;
    changesLeft = Integer.MAX_VALUE;
    return was;
  }

  // The program.

  public final Outside outside() {
    return outside(UnaryOperator.identity());
  }

  public final Outside outside(UnaryOperator<Duration> pace) {
    return outside(watched, pace);
  }

  /** The same host, seen through another root. */
  protected final Outside outside(Path through, UnaryOperator<Duration> pace) {
    return new Outside(
        new Layout(through),
        owner(root),
        Clock.systemUTC(),
        new Random(7),
        time -> Thread.onSpinWait(),
        pace);
  }

  public static int owner(Path path) {
    try {
      return (Integer) Files.getAttribute(path, "unix:uid");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  // The kernel.

  @Override
  public final synchronized void changing(Path file) {
    if (cut || changesLeft == 0) {
      cut = true;
      throw new PowerCut();
    }
    changesLeft--;
  }

  @Override
  public final boolean writes(Path file, byte[] bytes, long position) throws IOException {
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
    if (isPlain(file)) {
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
}
