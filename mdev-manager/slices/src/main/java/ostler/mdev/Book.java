package ostler.mdev;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import ostler.pci.PciAddress;
import ostler.root.AddressFolder;
import ostler.root.DurableFile;
import ostler.root.Layout;
import ostler.root.Locks;
import ostler.root.OwnFile;
import ostler.root.Refusal;
import ostler.root.SliceList;
import ostler.wire.Json;
import ostler.wire.JsonLimits;

/**
 * The books: one file for each device that has slices, or had. What is about to be done is in them,
 * synced, before it is done. What the guard and the hook have to know of them is published on one
 * list, after the books and before the step.
 */
final class Book {

  /** A card has some hundred slices at most, and each takes about 500 bytes here. */
  private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 8, 1024);

  private final Layout layout;
  private final AddressFolder folder;
  private final Locks locks;

  Book(Layout layout, Locks locks) {
    this.layout = layout;
    this.folder = SliceList.books(layout);
    this.locks = locks;
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
   * Writes it down and publishes it, and comes back when that will survive a power cut.
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
    publish(record);
  }

  /**
   * Has the list say what the books say of this device; after a kill it may not.
   *
   * @throws Refusal JOURNAL_FAILED
   */
  void publish(ParentRecord record) throws Refusal {
    locks.holdingSlices(() -> publishAlone(record));
  }

  private SliceList publishAlone(ParentRecord record) throws Refusal {
    if (parents().isEmpty()) {
      return new SliceList(List.of());
    }
    Optional<SliceList> now = list();
    SliceList before = now.isPresent() ? now.get() : ofAllBooks();
    SliceList next = before.with(record.parent(), record.published());
    if (!now.equals(Optional.of(next))) {
      next.publish(layout);
    }
    return next;
  }

  /** It only repeats the books, so one that is lost or spoilt is written anew. */
  private Optional<SliceList> list() {
    try {
      return SliceList.find(layout);
    } catch (Refusal e) {
      return Optional.empty();
    }
  }

  private SliceList ofAllBooks() throws Refusal {
    SliceList list = new SliceList(List.of());
    for (PciAddress parent : parents()) {
      list = list.with(parent, find(parent).orElseThrow().published());
    }
    return list;
  }
}
