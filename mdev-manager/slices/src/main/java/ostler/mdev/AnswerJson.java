package ostler.mdev;

import java.util.List;
import java.util.Locale;
import ostler.inventory.FenceJson;
import ostler.inventory.MdevType;
import ostler.root.Holder;
import ostler.root.Outcome;
import ostler.root.Permission;
import ostler.wire.JsonWriter;

/** What each verb has to say, as it goes to standard output. */
final class AnswerJson {

  private AnswerJson() {}

  static void write(Result result, JsonWriter out) {
    if (result instanceof Result.Made made) {
      out.object("slice", in -> writeSlice(made.slice(), in)).bool("guarded", made.guarded());
      writeOffers(made.offers(), out);
    } else if (result instanceof Result.Removed removed) {
      out.text("slice", removed.slice());
      writeOffers(removed.offers(), out);
    } else if (result instanceof Result.Guarded guarded) {
      out.text("slice", guarded.slice()).bool("guarded", guarded.guarded());
    } else if (result instanceof Result.Counted counted) {
      out.integer("asked", counted.asked())
          .integer("have", counted.functions().size())
          .texts("functions", counted.functions());
    } else if (result instanceof Result.Moded moded) {
      out.bool("mig", moded.mode().current()).bool("pending", moded.mode().pending());
    } else if (result instanceof Result.Restored restored) {
      out.texts("restored", restored.made()).list("failed", restored.failed(), AnswerJson::write);
      writeOffers(restored.offers(), out);
    } else if (result instanceof Result.Listed listed) {
      out.list("parents", listed.parents(), AnswerJson::write);
    }
  }

  private static void write(Result.Failed failed, JsonWriter out) {
    out.text("slice", failed.slice());
    Outcome.writeProblem(failed.why(), out);
  }

  private static void write(Result.Standing standing, JsonWriter out) {
    ParentRecord record = standing.record();
    out.text("parent", record.parent())
        .text("driver", standing.driver())
        .integer("total_functions", standing.total())
        .texts("functions", standing.functions())
        .object(
            "asked_functions",
            record.functions(),
            (f, in) -> in.integer("asked", f.asked()).integer("have", f.have()))
        .bool("restore_needed", standing.lacks())
        .list("slices", standing.slices(), AnswerJson::write)
        .list("foreign", standing.foreign(), AnswerJson::write);
    writeOffers(standing.offers(), out);
    out.object("fence", standing.fence(), FenceJson::write)
        .object("problem", standing.problem(), Outcome::writeProblem);
  }

  private static void write(Result.Seen seen, JsonWriter out) {
    writeSlice(seen.slice(), out);
    out.text("seen", word(seen.sight()))
        .list("holders", seen.holders().orElse(List.of()), AnswerJson::write)
        .bool("holders_known", seen.holders().isPresent())
        .text("handle", seen.handle());
  }

  private static void write(Holder holder, JsonWriter out) {
    out.integer("pid", holder.pid()).text("command", holder.command()).text("file", holder.file());
  }

  private static void write(Present one, JsonWriter out) {
    out.text("kind", one.kind())
        .text("place", one.place())
        .text("uuid", one.uuid())
        .text("type", one.type())
        .object("placement", one.placement(), ParentJson::writePlacement);
  }

  private static void writeSlice(Slice slice, JsonWriter out) {
    out.text("slice", slice.id());
    ParentJson.writeWish(slice.wish(), out);
    out.text("phase", word(slice.phase()))
        .object("fence", slice.mark().map(Mark::fence), FenceJson::write)
        .text("by_hand", slice.byHand())
        .object("permit", slice.permission(), Permission::write);
  }

  private static void writeOffers(List<Offer> offers, JsonWriter out) {
    out.list("offers", offers, AnswerJson::write);
  }

  private static void write(Offer offer, JsonWriter out) {
    MdevType type = offer.type();
    out.text("kind", offer.kind());
    if (offer.kind().hasType()) {
      out.text("type", type.id());
    }
    out.text("name", type.name())
        .text("description", type.description())
        .text("device_api", type.deviceApi())
        .integer("available", offer.available())
        .integer("available_on_host", type.availableInstances())
        .integer("limit", offer.limit())
        .texts("places", offer.places());
    if (!offer.placements().isEmpty()) {
      out.list("placements", offer.placements(), ParentJson::writePlacement);
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
