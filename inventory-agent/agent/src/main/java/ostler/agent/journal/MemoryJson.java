package ostler.agent.journal;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.UUID;
import ostler.inventory.BootId;
import ostler.inventory.ChainHash;
import ostler.inventory.DesiredJson;
import ostler.inventory.Goal;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SliceId;
import ostler.inventory.UnitJson;
import ostler.inventory.WipeId;
import ostler.inventory.WipeJson;
import ostler.inventory.WipeRecordJson;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** What is remembered of a unit, as JSON. */
final class MemoryJson {

  private MemoryJson() {}

  static void write(UnitMemory memory, JsonWriter out) {
    out.object("order", order -> DesiredJson.writeOrder(memory.order(), order))
        .bool("ordered", memory.ordered())
        .bool("managed", memory.managed())
        .object("tenant", memory.tenant(), UnitJson::writeTenant)
        .object(
            "clean",
            memory.clean(),
            (clean, in) -> in.text("wipe", clean.wipe()).text("boot_id", clean.boot()))
        .object("work", memory.work(), MemoryJson::writeWork)
        .text("wedged", memory.wedged())
        .object("run", memory.run(), MemoryJson::writeRun)
        .object("last_wipe", memory.lastWipe(), MemoryJson::writeEnd)
        .text("head", memory.head())
        .object("pending", memory.pending(), WipeRecordJson::writeSigned)
        .object("making", memory.making(), MemoryJson::writeMaking)
        .object("cut", memory.cut(), MemoryJson::writeCut);
  }

  static UnitMemory read(JsonObject in) throws WireException {
    UnitMemory memory =
        new UnitMemory(
            in.object("order", DesiredJson::readOrder),
            in.bool("ordered"),
            in.bool("managed"),
            in.optionalObject("tenant", UnitJson::readTenant),
            in.optionalObject("clean", MemoryJson::readClean),
            in.optionalObject("work", MemoryJson::readWork),
            in.optionalValue("wedged", BootId::tryParse, "a UUID"),
            in.optionalObject("run", MemoryJson::readRun),
            in.optionalObject("last_wipe", MemoryJson::readEnd),
            in.value("head", ChainHash::tryParse, "a hash"),
            in.optionalObject("pending", WipeRecordJson::readSigned),
            in.optionalObject("making", MemoryJson::readMaking),
            in.optionalObject("cut", MemoryJson::readCut));
    in.done();
    return memory;
  }

  static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static CleanMark readClean(JsonObject in) throws WireException {
    return new CleanMark(
        in.value("wipe", WipeId::tryParse, "a UUID"),
        in.value("boot_id", BootId::tryParse, "a UUID"));
  }

  private static void writeMaking(Making making, JsonWriter out) {
    out.text("slice", making.slice())
        .text("wipe", making.wipe())
        .text("host_type", making.hostType());
  }

  private static Making readMaking(JsonObject in) throws WireException {
    return new Making(
        in.value("slice", SliceId::tryParse, "a UUID"),
        in.value("wipe", WipeId::tryParse, "a UUID"),
        in.value("host_type", MdevTypeId::tryParse, "a host's name of a type"));
  }

  private static void writeCut(Cut cut, JsonWriter out) {
    out.integer("asked", cut.asked()).integer("have", cut.have()).text("boot_id", cut.boot());
  }

  private static Cut readCut(JsonObject in) throws WireException {
    return new Cut(
        in.integer("asked", 0, Goal.Sliced.MAX_FUNCTIONS),
        in.integer("have", 0, Goal.Sliced.MAX_FUNCTIONS),
        in.optionalValue("boot_id", BootId::tryParse, "a UUID"));
  }

  private static void writeWork(Work work, JsonWriter out) {
    out.text("operation", work.operation()).text("verb", work.verb()).text("boot_id", work.boot());
  }

  private static Work readWork(JsonObject in) throws WireException {
    return new Work(
        UUID.fromString(in.text("operation")),
        in.text("verb"),
        in.value("boot_id", BootId::tryParse, "a UUID"));
  }

  private static void writeRun(WipeRun run, JsonWriter out) {
    out.text("wipe", run.wipe())
        .text("started", run.started())
        .list("steps", run.steps(), WipeJson::writeStep);
  }

  private static WipeRun readRun(JsonObject in) throws WireException {
    return new WipeRun(
        in.value("wipe", WipeId::tryParse, "a UUID"),
        in.value("started", MemoryJson::time, "a time"),
        in.list("steps", WipeJson::readStep));
  }

  private static void writeEnd(WipeEnd end, JsonWriter out) {
    out.text("wipe", end.wipe())
        .object(
            "failure",
            end.failure(),
            (failure, in) -> in.text("code", failure.code()).text("message", failure.message()));
  }

  private static WipeEnd readEnd(JsonObject in) throws WireException {
    return new WipeEnd(
        in.value("wipe", WipeId::tryParse, "a UUID"),
        in.optionalObject(
            "failure",
            failure -> new WipeEnd.Failure(failure.text("code"), failure.text("message"))));
  }
}
