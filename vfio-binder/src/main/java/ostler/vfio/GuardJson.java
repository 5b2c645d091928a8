package ostler.vfio;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import ostler.inventory.ClaimId;
import ostler.pci.PciAddress;
import ostler.root.GuardCall;
import ostler.root.Holder;
import ostler.root.Outcome;
import ostler.root.Permission;
import ostler.root.PublishedSlice;
import ostler.root.Refusal;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** What is said over the guard's socket. */
final class GuardJson {

  private static final int VERSION = 1;

  private GuardJson() {}

  /** What the guard is asked. */
  sealed interface Ask {

    /** How everything stands. */
    record Status() implements Ask {}

    /** To look again at one unit. */
    record Unit(Members members) implements Ask {}

    /** To look again at one slice. */
    record Slice(UUID id) implements Ask {}
  }

  static Ask ask(byte[] line) throws WireException {
    return Json.read(line, JsonLimits.MESSAGE, GuardJson::ask);
  }

  private static Ask ask(JsonObject in) throws WireException {
    in.integer("v", VERSION, VERSION);
    Ask ask =
        switch (in.text("ask")) {
          case "status" -> new Ask.Status();
          case "sync" -> subject(in);
          default -> throw in.refusal("ask", "is neither status nor sync");
        };
    in.done();
    return ask;
  }

  private static Ask subject(JsonObject in) throws WireException {
    Optional<UUID> slice =
        in.optionalValue("slice", text -> ClaimId.tryParse(text).map(ClaimId::value), "a UUID");
    return slice.isPresent()
        ? new Ask.Slice(slice.get())
        : new Ask.Unit(new Members(in.values("members", PciAddress::tryParse, "a PCI address")));
  }

  static String answer(GuardCall.Answer answer) {
    return message(
        out -> {
          out.bool("ok", true).bool("guarded", answer.guarded());
          out.object("problem", answer.problem(), Outcome::writeProblem);
        });
  }

  static String refusal(Refusal refusal) {
    return message(
        out -> {
          out.bool("ok", false);
          Outcome.writeProblem(refusal, out);
        });
  }

  static String status(List<GuardedGroup> groups, List<GuardedSlice> slices) {
    return message(
        out ->
            out.list("groups", groups, GuardJson::write)
                .list("slices", slices, GuardJson::writeSlice));
  }

  private static void write(GuardedGroup group, JsonWriter out) {
    out.texts("members", group.unit().members().addresses());
    group.number().ifPresent(number -> out.integer("group", number.number()));
    out.bool("guarded", group.guarded())
        .object("permit", group.unit().permission(), Permission::write);
    writeSight(group.holders(), group.problem(), out);
  }

  private static void writeSlice(GuardedSlice one, JsonWriter out) {
    PublishedSlice.writeName(one.slice(), out);
    one.number().ifPresent(number -> out.integer("group", number.number()));
    out.bool("guarded", one.guarded())
        .object("permit", one.slice().permission(), Permission::write);
    writeSight(one.holders(), one.problem(), out);
  }

  private static void writeSight(
      Optional<List<Holder>> holders, Optional<Refusal> problem, JsonWriter out) {
    out.list("holders", holders.orElse(List.of()), AnswerJson::writeHolder)
        .bool("holders_known", holders.isPresent())
        .object("problem", problem, Outcome::writeProblem);
  }

  private static String message(Consumer<JsonWriter> fields) {
    return Json.write(
        out -> {
          out.integer("v", VERSION);
          fields.accept(out);
        });
  }
}
