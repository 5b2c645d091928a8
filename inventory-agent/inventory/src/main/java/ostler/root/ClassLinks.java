package ostler.root;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import ostler.pci.PciAddress;

/**
 * One of the folders of sysfs that list all things of a kind, whichever device they are on: each
 * entry links to its place in the tree of devices, and that place names the PCI function above it.
 */
public final class ClassLinks {

  private final Path folder;

  public ClassLinks(Path folder) {
    this.folder = folder;
  }

  /**
   * An entry that is somewhere below a function.
   *
   * @param name what the folder calls it
   * @param place its folder in the tree of devices
   */
  public record Entry(PciAddress device, String name, Path place) {}

  /**
   * The entries below any of the functions; none where the kernel has no such folder.
   *
   * @throws IOException if the folder cannot be read
   */
  public List<Entry> below(Collection<PciAddress> devices) throws IOException {
    List<Entry> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (DirectoryStream<Path> links = Files.newDirectoryStream(folder, Files::isSymbolicLink)) {
      for (Path link : links) {
        Path place = folder.resolve(Files.readSymbolicLink(link)).normalize();
        String name = link.getFileName().toString();
        above(place, devices).ifPresent(device -> found.add(new Entry(device, name, place)));
      }
    }
    return found;
  }

  private static Optional<PciAddress> above(Path place, Collection<PciAddress> devices) {
    for (Path part : place) {
      Optional<PciAddress> device = PciAddress.tryParse(part.toString());
      if (device.filter(devices::contains).isPresent()) {
        return device;
      }
    }
    return Optional.empty();
  }
}
