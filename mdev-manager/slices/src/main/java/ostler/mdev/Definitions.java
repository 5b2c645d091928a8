package ostler.mdev;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import ostler.pci.PciAddress;
import ostler.root.DurableFile;
import ostler.root.Layout;
import ostler.root.OwnFile;
import ostler.root.Refusal;
import ostler.wire.Json;

/**
 * Definitions that mdevctl can read, so that its lists and libvirt's show our mediated devices as
 * known ones. They say {@code manual}: only Ostler starts them, after a reboot as well.
 */
final class Definitions {

  private final Layout layout;

  Definitions(Layout layout) {
    this.layout = layout;
  }

  /** Writes a slice's definition, if it shall have one. */
  void write(Slice slice, PciAddress parent) throws Refusal {
    if (!slice.wish().define()) {
      return;
    }
    DurableFile file = file(slice, parent).readableByAll();
    String text =
        Json.writePretty(
            out ->
                out.text("mdev_type", slice.wish().type().orElseThrow())
                    .text("start", "manual")
                    .texts("attrs", List.of()));
    try {
      Files.createDirectories(
          layout.mediatedDefinition(slice.wish().place(parent), slice.id().value()).getParent());
      file.replace((text + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw OwnFile.unwritable(file, e);
    }
  }

  /** Takes it away, if there is one. */
  void delete(Slice slice, PciAddress parent) throws Refusal {
    if (!slice.wish().define()) {
      return;
    }
    DurableFile file = file(slice, parent);
    try {
      file.delete();
    } catch (IOException e) {
      throw OwnFile.unwritable(file, e);
    }
  }

  private DurableFile file(Slice slice, PciAddress parent) {
    return new DurableFile(
        layout.mediatedDefinition(slice.wish().place(parent), slice.id().value()));
  }
}
