package ostler.root;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import ostler.pci.PciAddress;

/** A folder of this program's own with one small file for a device. */
public final class AddressFolder {

  private static final String ENDING = ".json";

  private final Path folder;

  public AddressFolder(Path folder) {
    this.folder = folder;
  }

  /** Makes the folder, and the one above, where they are missing: for root alone. */
  public void prepare() throws IOException {
    Files.createDirectories(folder.getParent().getParent());
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  public DurableFile file(PciAddress address) {
    return new DurableFile(folder.resolve(address + ENDING));
  }

  /** The addresses that have a file, in order; none where there is no such folder. */
  public List<PciAddress> addresses() throws IOException {
    List<PciAddress> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        addressOf(file).ifPresent(found::add);
      }
    }
    Collections.sort(found);
    return found;
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  private static Optional<PciAddress> addressOf(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(ENDING)
        ? PciAddress.tryParse(name.substring(0, name.length() - ENDING.length()))
        : Optional.empty();
  }
}
