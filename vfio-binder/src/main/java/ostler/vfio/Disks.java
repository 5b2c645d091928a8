package ostler.vfio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import ostler.pci.PciAddress;
import ostler.root.ClassLinks;
import ostler.root.Layout;

/** Finds the disks on a unit that the host uses: mounted, swapped to, or part of another disk. */
final class Disks {

  /**
   * With NVMe multipath the disk of a controller hangs in the tree of virtual devices, and below
   * the controller is only a hidden path to it, called nvme0c1n1 for the disk nvme0n1.
   */
  private static final Pattern NVME_PATH = Pattern.compile("(nvme\\d+)c\\d+(n\\d+)");

  private final Layout layout;

  Disks(Layout layout) {
    this.layout = layout;
  }

  private record Disk(PciAddress device, Path place) {
    String name() {
      return place.getFileName().toString();
    }
  }

  private record Mount(String number, String source, String point) {}

  /** Why the host needs a disk on one of these functions, as a sentence; empty if it needs none. */
  Optional<String> needed(Members members) throws IOException {
    List<Mount> mounts = mounts();
    List<String> swaps = swaps();
    for (Disk disk : disks(members)) {
      Optional<String> use = use(disk, mounts, swaps);
      if (use.isPresent()) {
        return Optional.of(
            "Disk %s on %s is %s: the host needs it. Free the disk first, if the host can do without."
                .formatted(disk.name(), disk.device(), use.get()));
      }
    }
    return Optional.empty();
  }

  private Optional<String> use(Disk disk, List<Mount> mounts, List<String> swaps)
      throws IOException {
    String number = firstLine(disk.place().resolve("dev")).orElse("");
    for (Mount mount : mounts) {
      if (mount.number().equals(number) || mount.source().equals("/dev/" + disk.name())) {
        return Optional.of("mounted at " + mount.point());
      }
    }
    if (swaps.contains("/dev/" + disk.name())) {
      return Optional.of("in use as swap");
    }
    return children(disk.place().resolve("holders")).stream()
        .findFirst()
        .map(holder -> "a part of " + holder.getFileName());
  }

  private List<Disk> disks(Members members) throws IOException {
    List<Disk> disks = new ArrayList<>();
    for (ClassLinks.Entry entry :
        new ClassLinks(layout.blockDevices()).below(members.addresses())) {
      disks.add(new Disk(entry.device(), entry.place()));
      disks.addAll(behindPath(entry));
    }
    return disks;
  }

  /** The multipath disk with its partitions, where the entry is a hidden path to one. */
  private List<Disk> behindPath(ClassLinks.Entry entry) throws IOException {
    var path = NVME_PATH.matcher(entry.name());
    List<Disk> disks = new ArrayList<>();
    if (path.matches()) {
      String head = path.group(1) + path.group(2);
      for (Path link : children(layout.blockDevices())) {
        String name = link.getFileName().toString();
        if (name.equals(head) || name.startsWith(head + "p")) {
          disks.add(new Disk(entry.device(), link.toRealPath()));
        }
      }
    }
    return disks;
  }

  /**
   * Fields by number as in proc(5), of which an unknown count of optional ones ends in a hyphen.
   */
  private List<Mount> mounts() throws IOException {
    List<Mount> mounts = new ArrayList<>();
    for (String line : lines(layout.proc().resolve("self/mountinfo"))) {
      String[] fields = line.split(" ");
      String[] behind = line.substring(line.indexOf(" - ") + 3).split(" ");
      if (fields.length > 5 && behind.length > 1) {
        mounts.add(new Mount(fields[2], behind[1], fields[4]));
      }
    }
    return mounts;
  }

  private List<String> swaps() throws IOException {
    return lines(layout.proc().resolve("swaps")).stream()
        .map(line -> line.split("\\s+")[0])
        .toList();
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file, StandardCharsets.UTF_8);
  }

  private static Optional<String> firstLine(Path file) throws IOException {
    try {
      return lines(file).stream().findFirst();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        entries.forEach(found::add);
      }
    }
    return found;
  }
}
