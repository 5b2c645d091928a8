package ostler.agent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import ostler.capture.HostTree;
import ostler.inventory.BootId;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Group;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.LockedAttributes;
import ostler.inventory.PciFunction;
import ostler.inventory.UnitMember;
import ostler.inventory.UnitMembers;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.pci.ResetMethod;
import ostler.sysfs.LockedMeaning;
import ostler.sysfs.Read;
import ostler.sysfs.Sysfs;

/**
 * A folder that looks like a host with two cards: a GPU with its audio function, and an accelerator
 * alone. Drivers change as root's writes would change them; the host can be booted again.
 */
public final class FakeHost {

  public static final HostName NAME = new HostName("gpu-1");
  public static final PciAddress GPU = PciAddress.parse("0000:01:00.0");
  public static final PciAddress AUDIO = PciAddress.parse("0000:01:00.1");
  public static final PciAddress ACCELERATOR = PciAddress.parse("0000:02:00.0");

  private static final DriverName NATIVE = new DriverName("snd_hda_intel");

  private final Path root;
  private final HostInventory inventory;

  public FakeHost(Path root) throws IOException {
    this.root = root;
    this.inventory = inventory(newBoot());
    HostTree.of(inventory).writeTo(root);
    for (String folder : List.of("sys/bus/pci/drivers/vfio-pci", "run/ostler")) {
      Files.createDirectories(root.resolve(folder));
    }
    Files.createDirectories(driverFolder(NATIVE));
    setDriver(AUDIO, Optional.of(NATIVE));
  }

  private static HostInventory inventory(BootId boot) {
    return new HostInventory(
        NAME,
        Optional.of(boot),
        Optional.of("6.1.0-test"),
        true,
        List.of(),
        List.of(
            function(GPU, "1002:5046", "0x030000", 5, List.of(ResetMethod.BUS)),
            function(AUDIO, "8086:293e", "0x040300", 5, List.of()),
            function(ACCELERATOR, "1af4:1110", "0x120000", 6, List.of(ResetMethod.FLR))),
        List.of(group(5, GPU, AUDIO), group(6, ACCELERATOR)),
        List.of(),
        true,
        List.of());
  }

  private static PciFunction function(
      PciAddress address, String id, String pciClass, int group, List<ResetMethod> resets) {
    LockedAttributes alive =
        new LockedAttributes(
            Optional.empty(),
            OptionalInt.empty(),
            Optional.of(true),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of());
    return PciFunction.builder(
            address, DeviceIdentity.ofModel(PciId.parse(id)), PciClass.parse(pciClass))
        .group(new IommuGroup(group))
        .resetMethods(resets)
        .locked(alive)
        .build();
  }

  private static Group group(int number, PciAddress... members) {
    List<Group.Member> all = new ArrayList<>();
    for (PciAddress member : members) {
      all.add(new Group.Member(member, Group.Role.ENDPOINT));
    }
    return new Group(new IommuGroup(number), Optional.empty(), all);
  }

  public Path root() {
    return root;
  }

  public Path guardSocket() {
    return root.resolve("run/ostler/guard.sock");
  }

  public Sysfs sysfs() {
    return new Sysfs(root);
  }

  public BootId boot() {
    return sysfs().bootId().value().orElseThrow();
  }

  /** The members of the unit that a function belongs to. */
  public UnitMembers unitOf(PciAddress function) {
    Group group = inventory.groupOf(inventory.function(function).orElseThrow()).orElseThrow();
    return new UnitMembers(
        group.endpoints().stream()
            .map(a -> new UnitMember(a, inventory.function(a).orElseThrow().identity()))
            .toList());
  }

  public Optional<DriverName> driver(PciAddress function) {
    return sysfs().function(function).then(directory -> directory.driver()).value();
  }

  /** What the kernel shows after a bind or an unbind. */
  public void setDriver(PciAddress function, Optional<DriverName> driver) throws IOException {
    Path link = root.resolve("sys/bus/pci/devices").resolve(function.toString()).resolve("driver");
    Optional<DriverName> before = driver(function);
    if (before.isPresent()) {
      Files.delete(link);
      Files.delete(driverFolder(before.get()).resolve(function.toString()));
    }
    if (driver.isPresent()) {
      Files.createSymbolicLink(link, driverFolder(driver.get()));
      Files.createFile(driverFolder(driver.get()).resolve(function.toString()));
    }
  }

  /** Pulls a function out of its slot, or puts it back. */
  public void setPresent(PciAddress function, boolean present) throws IOException {
    Path here = root.resolve("sys/bus/pci/devices").resolve(function.toString());
    Path away = root.resolve("away-" + function);
    if (present) {
      Files.move(away, here, LinkOption.NOFOLLOW_LINKS);
    } else {
      Files.move(here, away, LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** Every function answers nothing but ones from now on. */
  public void kill(PciAddress function) throws IOException {
    byte[] ones = new byte[64];
    java.util.Arrays.fill(ones, (byte) 0xff);
    Files.write(
        root.resolve("sys/bus/pci/devices").resolve(function.toString()).resolve("config"), ones);
  }

  /**
   * From now on whoever reads an attribute under the function's lock waits. A pipe that nobody
   * writes to stands for what the kernel does while the lock is taken.
   */
  public void hang(PciAddress function) throws IOException, InterruptedException {
    Path attribute =
        root.resolve("sys/bus/pci/devices").resolve(function.toString()).resolve("driver_override");
    Files.deleteIfExists(attribute);
    new ProcessBuilder("mkfifo", attribute.toString()).start().waitFor();
  }

  /** Puts another model into a slot. */
  public void swap(PciAddress function) throws IOException {
    Path device =
        root.resolve("sys/bus/pci/devices").resolve(function.toString()).resolve("device");
    Files.writeString(device, "0x1234\n");
  }

  /** The kernel comes up again: another boot id, and the host's own drivers where it has any. */
  public void reboot() throws IOException {
    Files.writeString(root.resolve("proc/sys/kernel/random/boot_id"), newBoot().toString() + "\n");
    setDriver(GPU, Optional.empty());
    setDriver(AUDIO, Optional.of(NATIVE));
    setDriver(ACCELERATOR, Optional.empty());
  }

  /** Reads in this process what a probe reads in another. */
  public Map<PciAddress, LockedAttributes> readLocked(Collection<PciAddress> functions) {
    Map<PciAddress, LockedAttributes> read = new TreeMap<>();
    for (PciAddress function : functions) {
      Map<String, Read<String>> raw = new TreeMap<>();
      sysfs().locked(function).each(begun -> {}, raw::put);
      read.put(function, LockedMeaning.of(function, raw));
    }
    return read;
  }

  private Path driverFolder(DriverName driver) {
    return root.resolve("sys/bus/pci/drivers").resolve(driver.name());
  }

  private static BootId newBoot() {
    return new BootId(UUID.randomUUID());
  }
}
