package ostler.vfio;

import ostler.inventory.FenceJson;
import ostler.inventory.WipeJson;
import ostler.root.Holder;
import ostler.root.Permission;
import ostler.wire.JsonWriter;

/** What each verb has to say, as it goes to standard output. */
final class AnswerJson {

  private AnswerJson() {}

  static void writeHolder(Holder holder, JsonWriter out) {
    out.integer("pid", holder.pid()).text("command", holder.command()).text("file", holder.file());
  }

  static void write(Result result, JsonWriter out) {
    if (result instanceof Result.HeldBy held) {
      out.bool("guarded", held.seen().guarded())
          .list("holders", held.seen().holders(), AnswerJson::writeHolder);
    } else if (result instanceof Result.Bound bound) {
      out.integer("group", bound.group().number())
          .list("saved", bound.saved(), ManagedUnitJson::writeSaved)
          .bool("guarded", bound.guarded());
    } else if (result instanceof Result.Released released) {
      out.list("restored", released.restored(), AnswerJson::writeRestored);
    } else if (result instanceof Result.Guarded guarded) {
      out.bool("guarded", guarded.guarded());
    } else if (result instanceof Result.Reset reset) {
      out.list("steps", reset.steps(), WipeJson::writeStep);
    } else if (result instanceof Result.Scrubbed scrubbed) {
      out.list("steps", scrubbed.steps(), WipeJson::writeStep)
          .object("coverage", in -> WipeJson.writeCoverage(scrubbed.coverage(), in))
          .texts("gaps", scrubbed.gaps());
    } else if (result instanceof Result.Known known) {
      out.list("managed", known.managed(), AnswerJson::writeStanding);
    }
  }

  private static void writeRestored(SavedState now, JsonWriter out) {
    out.text("address", now.device()).text("driver", now.driver());
  }

  private static void writeStanding(Result.Standing standing, JsonWriter out) {
    ManagedUnit unit = standing.unit();
    out.texts("members", unit.members().addresses());
    standing.group().ifPresent(group -> out.integer("group", group.number()));
    out.text("phase", unit.phase().name())
        .bool("driver_ok", standing.driverOk())
        .bool("guarded", standing.guarded())
        .object("permit", unit.permission(), Permission::write)
        .object("fence", standing.fence(), FenceJson::write)
        .object(
            "by_hand",
            standing.byHand(),
            (work, in) -> in.text("verb", work.verb()).text("reason", work.reason()));
  }
}
