package ostler.vfio;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.Outcome;
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

  /** What the guard is asked: about all groups, or to look again at one. */
  record Ask(Optional<Members> sync) {}

  static String sync(Members members) {
    return Json.write(
        out -> out.integer("v", VERSION).text("ask", "sync").texts("members", members.addresses()));
  }

  static Ask ask(byte[] line) throws WireException {
    return Json.read(line, JsonLimits.MESSAGE, GuardJson::ask);
  }

  private static Ask ask(JsonObject in) throws WireException {
    in.integer("v", VERSION, VERSION);
    Ask ask =
        switch (in.text("ask")) {
          case "status" -> new Ask(Optional.empty());
          case "sync" ->
              new Ask(
                  Optional.of(
                      new Members(in.values("members", PciAddress::tryParse, "a PCI address"))));
          default -> throw in.refusal("ask", "is neither status nor sync");
        };
    in.done();
    return ask;
  }

  static GuardClient.Answer answer(JsonObject in) throws WireException {
    in.integer("v", VERSION, VERSION);
    return new GuardClient.Answer(
        in.bool("guarded"), in.optionalObject("problem", GuardJson::problem));
  }

  private static Refusal problem(JsonObject in) throws WireException {
    return new Refusal(Code.valueOf(in.text("code")), in.text("message"));
  }

  static String answer(GuardClient.Answer answer) {
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

  static String status(List<GuardedGroup> groups) {
    return message(out -> out.list("groups", groups, GuardJson::write));
  }

  private static void write(GuardedGroup group, JsonWriter out) {
    out.texts("members", group.unit().members().addresses());
    group.number().ifPresent(number -> out.integer("group", number.number()));
    out.bool("guarded", group.guarded())
        .object("permit", group.unit().permission(), ManagedUnitJson::writePermission)
        .list("holders", group.holders().orElse(List.of()), AnswerJson::writeHolder)
        .bool("holders_known", group.holders().isPresent())
        .object("problem", group.problem(), Outcome::writeProblem);
  }

  private static String message(Consumer<JsonWriter> fields) {
    return Json.write(
        out -> {
          out.integer("v", VERSION);
          fields.accept(out);
        });
  }
}
