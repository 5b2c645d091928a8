package ostler.root;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * All slices that somebody may open through vfio, as the program for slices publishes them and as
 * the guard and the hook read them: one file, root's alone, replaced at once.
 */
public record SliceList(List<PublishedSlice> slices) {

  private static final int VERSION = 1;

  /** Sixteen cards of 64 slices each, with permits of some hundred bytes. */
  private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 8, 4096);

  public SliceList {
    slices =
        slices.stream()
            .sorted(
                Comparator.comparing(PublishedSlice::parent).thenComparing(PublishedSlice::slice))
            .toList();
  }

  /**
   * The list as it is; empty where no slice was ever made.
   *
   * @throws Refusal JOURNAL_FAILED if it cannot be believed or read, or was lost
   */
  public static SliceList read(Layout layout, int owner) throws Refusal {
    OwnFile.requireTrusted(new TrustedFile(layout.sliceState(), owner));
    Optional<SliceList> list = find(layout);
    if (list.isEmpty() && !OwnFile.addresses(books(layout)).isEmpty()) {
      throw new Refusal(
          Code.JOURNAL_FAILED,
          "There are books of slices and no list of them at %s. Run ostler-mdev restore for each parent, which writes it anew."
              .formatted(layout.sliceList()));
    }
    return list.orElse(new SliceList(List.of()));
  }

  /** Where the program for slices keeps what it knows, a file for each parent. */
  public static AddressFolder books(Layout layout) {
    return new AddressFolder(layout.sliceState().resolve("parents"));
  }

  /**
   * The list in its file, whoever may have written it; empty where there is none.
   *
   * @throws Refusal JOURNAL_FAILED
   */
  public static Optional<SliceList> find(Layout layout) throws Refusal {
    return OwnFile.read(new DurableFile(layout.sliceList()), LIMITS, SliceList::read);
  }

  /** The slice of this id. */
  public Optional<PublishedSlice> find(UUID slice) {
    return slices.stream().filter(one -> one.slice().equals(slice)).findFirst();
  }

  /** The same with these slices in place of what the parent had. */
  public SliceList with(PciAddress parent, List<PublishedSlice> its) {
    List<PublishedSlice> next =
        new ArrayList<>(slices.stream().filter(one -> !one.parent().equals(parent)).toList());
    next.addAll(its);
    return new SliceList(next);
  }

  /**
   * Puts it in place of the file, and comes back when that will survive a power cut.
   *
   * @throws Refusal JOURNAL_FAILED
   */
  public void publish(Layout layout) throws Refusal {
    DurableFile file = new DurableFile(layout.sliceList());
    try {
      file.replace(Json.write(this::write).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw OwnFile.unwritable(file, e);
    }
  }

  private void write(JsonWriter out) {
    out.integer("v", VERSION).list("slices", slices, PublishedSlice::write);
  }

  private static SliceList read(JsonObject in) throws WireException {
    in.integer("v", VERSION, VERSION);
    SliceList list = new SliceList(in.list("slices", PublishedSlice::read));
    in.done();
    return list;
  }
}
