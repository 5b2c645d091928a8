package ostler.capture;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import ostler.capture.HostTree.Entry;
import ostler.inventory.KernelFlag;
import ostler.inventory.MdevTypeId;
import ostler.pci.PciAddress;
import ostler.sysfs.AttributeFile;
import ostler.sysfs.FunctionDirectory;
import ostler.sysfs.Read;
import ostler.sysfs.Sysfs;

/**
 * Takes the files of a host that Ostler reads, as they are: what a colleague needs to see what this
 * machine shows. The kernel's command line is cut to the words that bear on passthrough, since the
 * rest may hold secrets.
 */
public final class Capture {

  /** What the file tells about who and which. */
  public enum Identities {
    /** Serial numbers, the host's name and its boot id are in it. */
    KEPT,
    /** All three are replaced. */
    REDACTED
  }

  private static final String REDACTED = "redacted";
  private static final String NO_BOOT = "00000000-0000-0000-0000-000000000000";
  private static final String SERIAL = "serial_number";

  private final Sysfs sysfs;
  private final Map<PciAddress, Map<String, Read<String>>> locked;
  private final Identities identities;
  private final HostTree tree = new HostTree();

  private Capture(
      Sysfs sysfs, Map<PciAddress, Map<String, Read<String>>> locked, Identities identities) {
    this.sysfs = sysfs;
    this.locked = locked;
    this.identities = identities;
  }

  /**
   * Captures a host.
   *
   * @param locked what probes read of the functions, by the attribute's path below the function's
   *     directory; whoever asks has read it in a process of its own, since these reads may hang
   */
  public static HostTree of(
      Sysfs sysfs, Map<PciAddress, Map<String, Read<String>>> locked, Identities identities) {
    return new Capture(sysfs, locked, identities).tree();
  }

  private HostTree tree() {
    tree.comment("A host as ostler inspect --capture saw it.");
    tree.comment(
        identities == Identities.KEPT
            ? "Serial numbers, host name and boot id are in it; --redact leaves them out."
            : "Serial numbers, host name and boot id are redacted.");
    telling("proc/sys/kernel/hostname", REDACTED);
    telling("proc/sys/kernel/random/boot_id", NO_BOOT);
    file("proc/sys/kernel/osrelease");
    commandLine();
    names("sys/class/iommu").forEach(name -> link("sys/class/iommu/" + name));
    names("sys/bus/pci/slots").forEach(name -> file("sys/bus/pci/slots/" + name + "/address"));
    tree.put("sys/bus/pci/devices", new Entry.Directory());
    names("sys/bus/pci/devices").forEach(this::device);
    names("sys/kernel/iommu_groups").forEach(this::group);
    return tree;
  }

  private void commandLine() {
    sysfs
        .commandLine()
        .map(KernelFlag::ofCommandLine)
        .value()
        .ifPresent(
            flags ->
                tree.line(
                    "proc/cmdline",
                    flags.stream().map(Object::toString).collect(Collectors.joining(" "))));
  }

  private void device(String name) {
    String listed = "sys/bus/pci/devices/" + name;
    Read<Path> way = AttributeFile.link(at(listed));
    way.value().ifPresent(target -> tree.link(listed, target.toString()));
    Optional<PciAddress> address = PciAddress.tryParse(name);
    Optional<FunctionDirectory> directory = address.flatMap(known -> sysfs.function(known).value());
    if (directory.isEmpty()) {
      return;
    }
    String path =
        way.map(target -> Path.of(listed).resolveSibling(target).normalize().toString())
                .value()
                .orElse(listed)
            + '/';
    FunctionDirectory.FILES.forEach(file -> file(path + file));
    FunctionDirectory.LINKS.forEach(link -> link(path + link));
    directory.get().virtualFunctionLinks().forEach(link -> link(path + link));
    for (MdevTypeId type : directory.get().mdevTypes().value().orElse(List.of())) {
      tree.put(path + FunctionDirectory.MDEV_TYPES + '/' + type, new Entry.Directory());
    }
    locked
        .getOrDefault(address.orElseThrow(), Map.of())
        .forEach((attribute, read) -> locked(path, attribute, read));
  }

  private void locked(String path, String attribute, Read<String> read) {
    boolean hidden = attribute.equals(SERIAL) && identities == Identities.REDACTED;
    put(path + attribute, read.map(text -> hidden ? REDACTED + '\n' : text).map(Entry.File::new));
  }

  private void group(String name) {
    String path = "sys/kernel/iommu_groups/" + name;
    file(path + "/type");
    names(path + "/devices").forEach(member -> link(path + "/devices/" + member));
  }

  /** A file whose content tells which machine this is. */
  private void telling(String path, String substitute) {
    if (identities == Identities.KEPT) {
      file(path);
    } else {
      tree.line(path, substitute);
    }
  }

  private void file(String path) {
    put(path, AttributeFile.read(at(path)).map(Entry.File::new));
  }

  private void link(String path) {
    put(path, AttributeFile.link(at(path)).map(target -> new Entry.Link(target.toString())));
  }

  private <T extends Entry> void put(String path, Read<T> read) {
    read.value().ifPresent(entry -> tree.put(path, entry));
    read.failure()
        .ifPresent(
            failed -> tree.put(path, new Entry.Lost(failed.code() + ": " + failed.reason())));
  }

  private List<String> names(String path) {
    return AttributeFile.names(at(path)).value().orElse(List.of()).stream().sorted().toList();
  }

  private Path at(String path) {
    return sysfs.root().resolve(path);
  }
}
