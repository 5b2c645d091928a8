package ostler.root;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;

/**
 * The device nodes through which a group can be used: its vfio group, vfio's own node for each
 * device, and whatever nodes a native driver made below a device.
 *
 * @param names full names on this host
 */
public record DeviceNodes(Set<String> names, Set<DeviceNumber> numbers) {

  private static final String NAME_KEY = "DEVNAME=";

  public DeviceNodes {
    names = Set.copyOf(names);
    numbers = Set.copyOf(numbers);
  }

  /**
   * Finds them all.
   *
   * @param devices whose native drivers' nodes count as well
   * @throws IOException if sysfs cannot be read
   */
  public static DeviceNodes of(IommuGroup group, Collection<PciAddress> devices, Layout layout)
      throws IOException {
    Set<String> names = new HashSet<>(Set.of("/dev/vfio/" + group));
    Set<DeviceNumber> numbers = new HashSet<>();
    numberOf(layout.groupNode(group)).ifPresent(numbers::add);
    for (Path kind : List.of(layout.characterDevices(), layout.blockNumbers())) {
      for (ClassLinks.Entry entry : new ClassLinks(kind).below(devices)) {
        DeviceNumber.of(entry).ifPresent(numbers::add);
        names.addAll(nameOf(entry.place()));
      }
    }
    return new DeviceNodes(names, numbers);
  }

  /** The number of a node; empty for a plain file, and for none. */
  private static Optional<DeviceNumber> numberOf(Path node) throws IOException {
    try {
      long number = ((Number) Files.getAttribute(node, "unix:rdev")).longValue();
      return Optional.of(new DeviceNumber(number)).filter(DeviceNumber::isDevice);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static List<String> nameOf(Path place) throws IOException {
    Path event = place.resolve("uevent");
    if (!Files.exists(event)) {
      return List.of();
    }
    return Files.readAllLines(event).stream()
        .filter(line -> line.startsWith(NAME_KEY))
        .map(line -> "/dev/" + line.substring(NAME_KEY.length()))
        .toList();
  }

  /** Whether an open file of a process, given by its link in /proc, is one of these. */
  public boolean include(OpenFiles.Open open) throws IOException {
    if (names.contains(open.target())) {
      return true;
    }
    Optional<DeviceNumber> number = numberOf(open.link());
    return number.filter(numbers::contains).isPresent();
  }
}
