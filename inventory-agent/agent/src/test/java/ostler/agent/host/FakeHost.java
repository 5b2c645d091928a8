package ostler.agent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ostler.agent.discovery.GpuWatch;
import ostler.capture.HostTree;
import ostler.inventory.BootId;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Group;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.LockedAttributes;
import ostler.inventory.PciFunction;
import ostler.inventory.SriovParent;
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
 * alone, which its driver can cut into slices. Drivers change as root's writes would change them;
 * the host can be booted again.
 */
public final class FakeHost {

  public static final HostName NAME = new HostName("gpu-1");
  public static final PciAddress GPU = PciAddress.parse("0000:01:00.0");
  public static final PciAddress AUDIO = PciAddress.parse("0000:01:00.1");
  public static final PciAddress ACCELERATOR = PciAddress.parse("0000:02:00.0");

  /** How many virtual functions the accelerator can have. */
  public static final int TOTAL_FUNCTIONS = 4;

  private static final DriverName NATIVE = new DriverName("snd_hda_intel");
  private static final DriverName SLICING = new DriverName("vgpu");
  private static final int FIRST_FUNCTIONS_GROUP = 20;

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
    Files.createDirectories(driverFolder(SLICING));
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
            function(GPU, "1002:5046", "0x030000", 5, List.of(ResetMethod.BUS)).build(),
            function(AUDIO, "8086:293e", "0x040300", 5, List.of()).build(),
            function(ACCELERATOR, "1af4:1110", "0x120000", 6, List.of(ResetMethod.FLR))
                .sriov(Optional.of(new SriovParent(TOTAL_FUNCTIONS, List.of())))
                .build()),
        List.of(group(5, GPU, AUDIO), group(6, ACCELERATOR)),
        List.of(),
        true,
        List.of());
  }

  private static PciFunction.Builder function(
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
        .locked(alive);
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

  /** One of a function's files. */
  public Path sysfsFile(PciAddress function, String attribute) {
    return root.resolve("sys/bus/pci/devices").resolve(function.toString()).resolve(attribute);
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

  /** What the host's own drivers take when vfio lets go; the GPU has none here. */
  Optional<DriverName> ownDriver(PciAddress function) {
    return function.equals(AUDIO)
        ? Optional.of(NATIVE)
        : function.equals(ACCELERATOR) ? Optional.of(SLICING) : Optional.empty();
  }

  /** The accelerator's virtual functions, as many as it can have. */
  public static List<PciAddress> possibleFunctions() {
    return IntStream.range(0, TOTAL_FUNCTIONS)
        .mapToObj(i -> PciAddress.parse("0000:02:00." + (i + 1)))
        .toList();
  }

  /** The members of a unit that is one virtual function. */
  public static UnitMembers virtualFunction(PciAddress function) {
    return new UnitMembers(
        List.of(new UnitMember(function, DeviceIdentity.ofModel(PciId.parse("1af4:1111")))));
  }

  /** Those of the accelerator's virtual functions that there are. */
  public List<PciAddress> functions() {
    return possibleFunctions().stream()
        .filter(function -> Files.exists(root.resolve("sys/bus/pci/devices/" + function)))
        .toList();
  }

  /** The accelerator has so many virtual functions from now on, none of them with a driver. */
  public void setFunctions(int count) throws IOException {
    Path parent = root.resolve("sys/bus/pci/devices/" + ACCELERATOR).toRealPath();
    for (PciAddress function : functions()) {
      setDriver(function, Optional.empty());
      Path link = root.resolve("sys/bus/pci/devices/" + function);
      deleteAll(link.toRealPath());
      Files.delete(link);
      int index = possibleFunctions().indexOf(function);
      Files.delete(parent.resolve("virtfn" + index));
      deleteAll(root.resolve("sys/kernel/iommu_groups/" + (FIRST_FUNCTIONS_GROUP + index)));
    }
    for (int i = 0; i < count; i++) {
      addFunction(parent, i);
    }
  }

  private void addFunction(Path parent, int index) throws IOException {
    PciAddress address = possibleFunctions().get(index);
    int group = FIRST_FUNCTIONS_GROUP + index;
    PciFunction function =
        function(address, "1af4:1111", "0x120000", group, List.of(ResetMethod.FLR))
            .physicalFunction(Optional.of(ACCELERATOR))
            .build();
    HostTree whole =
        HostTree.of(
            new HostInventory(
                NAME,
                Optional.empty(),
                Optional.empty(),
                true,
                List.of(),
                List.of(function),
                List.of(group(group, address)),
                List.of(),
                true,
                List.of()));
    HostTree added = new HostTree();
    whole
        .entries()
        .forEach(
            (path, entry) -> {
              if (path.contains(address.toString()) || path.contains("iommu_groups/" + group)) {
                added.put(path, entry);
              }
            });
    added.writeTo(root);
    Files.createSymbolicLink(parent.resolve("virtfn" + index), Path.of("../" + address));
  }

  private static void deleteAll(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path one : all) {
      Files.delete(one);
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
    setDriver(ACCELERATOR, ownDriver(ACCELERATOR));
    setFunctions(0);
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

  /** NVML of a host without NVIDIA's driver: nobody asks it. */
  public static GpuWatch gpus() {
    return new GpuWatch(
        devices -> {
          throw new IllegalStateException("nothing here is NVIDIA's");
        },
        () -> 0);
  }
}
