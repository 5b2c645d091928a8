package ostler.mdev;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import ostler.pci.PciAddress;
import ostler.root.AddressFolder;
import ostler.root.DurableFile;
import ostler.root.Layout;
import ostler.root.OwnFile;
import ostler.root.Reason;
import ostler.root.Refusal;
import ostler.wire.Json;

/**
 * The cards that an operator has had cut into MIG instances, a small file each. NVML is asked of
 * these alone: a library that hangs or crashes then harms no card that has other slices.
 */
final class MigCards {

  private static final int VERSION = 1;

  private final AddressFolder folder;

  MigCards(Layout layout) {
    this.folder = new AddressFolder(layout.sliceState().resolve("mig"));
  }

  /** Where the folder cannot be read, a card may be one. */
  boolean has(PciAddress card) {
    try {
      return folder.addresses().contains(card);
    } catch (IOException e) {
      return true;
    }
  }

  void add(PciAddress card, Reason why) throws Refusal {
    DurableFile file = folder.file(card);
    try {
      folder.prepare();
      file.replace(
          Json.write(out -> out.integer("v", VERSION).text("parent", card).text("by_hand", why))
              .getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw OwnFile.unwritable(file, e);
    }
  }

  void remove(PciAddress card) throws Refusal {
    DurableFile file = folder.file(card);
    try {
      if (file.read().isPresent()) {
        file.delete();
      }
    } catch (IOException e) {
      throw OwnFile.unwritable(file, e);
    }
  }
}
