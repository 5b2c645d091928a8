package ostler.mdev;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import ostler.pci.PciAddress;
import ostler.root.AddressFolder;
import ostler.root.DurableFile;
import ostler.root.Layout;
import ostler.root.OwnFile;
import ostler.root.Refusal;
import ostler.wire.Json;
import ostler.wire.JsonLimits;

/**
 * The books: one file for each device that has slices, or had. What is about to be done is in them,
 * synced, before it is done.
 */
final class Book {

  /** A card has some hundred slices at most, and each takes about 500 bytes here. */
  private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 8, 1024);

  private final AddressFolder folder;

  Book(Layout layout) {
    this.folder = new AddressFolder(layout.sliceState().resolve("parents"));
  }

  /** The devices that the books know. */
  List<PciAddress> parents() throws Refusal {
    return OwnFile.addresses(folder);
  }

  /**
   * What is known of a device.
   *
   * @throws Refusal JOURNAL_FAILED if that cannot be read
   */
  Optional<ParentRecord> find(PciAddress parent) throws Refusal {
    return OwnFile.read(folder.file(parent), LIMITS, ParentJson::read);
  }

  /**
   * Writes it down, and comes back when that will survive a power cut.
   *
   * @throws Refusal JOURNAL_FAILED
   */
  void put(ParentRecord record) throws Refusal {
    DurableFile file = folder.file(record.parent());
    try {
      folder.prepare();
      file.replace(
          Json.write(out -> ParentJson.write(record, out)).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw OwnFile.unwritable(file, e);
    }
  }
}
