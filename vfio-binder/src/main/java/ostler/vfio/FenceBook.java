package ostler.vfio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Fence;
import ostler.inventory.FenceJson;
import ostler.inventory.IdentityJson;
import ostler.pci.PciAddress;
import ostler.root.AddressFolder;
import ostler.root.Authority;
import ostler.root.Code;
import ostler.root.DurableFile;
import ostler.root.Layout;
import ostler.root.OwnFile;
import ostler.root.Reason;
import ostler.root.Refusal;
import ostler.root.Word;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * The highest fence seen for each device, on disk before anything is done under it, so that an
 * order that was overtaken is refused for ever after.
 */
final class FenceBook {

  private static final int VERSION = 1;

  private final AddressFolder folder;

  FenceBook(Layout layout) {
    this.folder = new AddressFolder(layout.vfioState().resolve("fences"));
  }

  /**
   * Lets an order pass and remembers its fence, or what an operator does by hand.
   *
   * @throws Refusal STALE_FENCE, JOURNAL_FAILED
   */
  void admit(Order order, GroupNow group) throws Refusal {
    if (order.authority() instanceof Authority.Fenced fenced) {
      requireFresh(order, fenced.fence());
    }
    for (PciAddress member : order.members()) {
      DeviceIdentity identity = group.identities().get(member);
      FenceMark before = mark(member).orElse(blank(member, identity, order.verb()));
      write(after(before, order, identity));
    }
  }

  /** What an operator did to any of these since their last wipe by order; empty where nothing. */
  Optional<FenceMark.ByHand> byHand(Members members) throws Refusal {
    for (PciAddress member : members) {
      Optional<FenceMark.ByHand> work = mark(member).flatMap(FenceMark::byHand);
      if (work.isPresent()) {
        return work;
      }
    }
    return Optional.empty();
  }

  /** Forgets what operators did, after a reset or scrub by order. */
  void wiped(Order order) throws Refusal {
    if (order.authority() instanceof Authority.Fenced) {
      for (PciAddress member : order.members()) {
        Optional<FenceMark> mark = mark(member);
        if (mark.flatMap(FenceMark::byHand).isPresent()) {
          write(mark.get().cleared());
        }
      }
    }
  }

  /** The highest fence seen for any of these. */
  Optional<Fence> highest(Members members) throws Refusal {
    Optional<Fence> highest = Optional.empty();
    for (PciAddress member : members) {
      Optional<Fence> its = mark(member).flatMap(FenceMark::fence);
      if (highest.isEmpty() || (its.isPresent() && highest.get().isOlderThan(its.get()))) {
        highest = its;
      }
    }
    return highest;
  }

  private void requireFresh(Order order, Fence fence) throws Refusal {
    for (PciAddress member : order.members()) {
      Optional<FenceMark> mark = mark(member);
      if (mark.isPresent() && !mark.get().allows(fence, order.verb())) {
        Fence seen = mark.get().fence().orElseThrow();
        throw new Refusal(
            Code.STALE_FENCE,
            "%s comes with fence %s for %s, which has seen fence %s with an order to %s. Ask the allocator for a newer order."
                .formatted(order.verb(), fence, member, seen, words(mark.get().kind())),
            java.util.Map.of("epoch", seen.epoch(), "number", seen.number()));
      }
    }
  }

  private static FenceMark after(FenceMark before, Order order, DeviceIdentity identity) {
    if (order.authority() instanceof Authority.Offline offline) {
      return before.after(new FenceMark.ByHand(order.verb(), offline.reason()), identity);
    }
    return before.after(((Authority.Fenced) order.authority()).fence(), order.verb(), identity);
  }

  private static FenceMark blank(PciAddress device, DeviceIdentity identity, Verb verb) {
    return new FenceMark(device, identity, Optional.empty(), verb.kind(), Optional.empty());
  }

  private static String words(Verb.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private Optional<FenceMark> mark(PciAddress device) throws Refusal {
    return OwnFile.read(folder.file(device), JsonLimits.MESSAGE, in -> read(device, in));
  }

  private void write(FenceMark mark) throws Refusal {
    DurableFile file = folder.file(mark.device());
    try {
      folder.prepare();
      file.replace(Json.write(out -> write(mark, out)).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw OwnFile.unwritable(file, e);
    }
  }

  private static FenceMark read(PciAddress device, JsonObject in) throws WireException {
    in.integer("v", VERSION, VERSION);
    FenceMark mark =
        new FenceMark(
            device,
            in.object("identity", IdentityJson::read),
            in.optionalObject("fence", FenceJson::read),
            Verb.Kind.valueOf(in.text("kind")),
            in.optionalObject("by_hand", FenceBook::byHand));
    in.done();
    return mark;
  }

  private static FenceMark.ByHand byHand(JsonObject in) throws WireException {
    FenceMark.ByHand work =
        new FenceMark.ByHand(
            in.value("verb", text -> Verb.of(new Word(text)), "a verb"),
            new Reason(in.text("reason")));
    in.done();
    return work;
  }

  private static void write(FenceMark mark, JsonWriter out) {
    out.integer("v", VERSION)
        .object("identity", in -> IdentityJson.write(mark.identity(), in))
        .object("fence", mark.fence(), FenceJson::write)
        .text("kind", mark.kind().name())
        .object(
            "by_hand",
            mark.byHand(),
            (work, in) -> in.text("verb", work.verb()).text("reason", work.reason()));
  }
}
