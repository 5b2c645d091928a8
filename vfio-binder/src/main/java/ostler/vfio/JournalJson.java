package ostler.vfio;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import ostler.pci.PciAddress;
import ostler.pci.ResetMethod;
import ostler.root.Word;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** The lines of a journal. */
final class JournalJson {

  private static final int VERSION = 1;
  private static final int MAX_REGISTER = 0xffff;
  private static final String OVER = "over";

  private JournalJson() {}

  static void writeIntent(Order order, JsonWriter out) {
    out.integer("v", VERSION)
        .text("verb", order.verb())
        .text("op", order.op())
        .texts("members", order.members().addresses());
  }

  static Journal.Unfinished unfinished(List<JournalStep> steps, JsonObject in)
      throws WireException {
    in.integer("v", VERSION, VERSION);
    return new Journal.Unfinished(
        in.value("verb", text -> Verb.of(new Word(text)), "a verb"),
        new Members(in.values("members", PciAddress::tryParse, "a PCI address")),
        steps);
  }

  static void writeStep(JournalStep step, JsonWriter out) {
    out.text("step", step.kind().name()).text("address", step.device());
    step.methodsBefore()
        .ifPresent(
            methods ->
                out.texts(
                    "methods_before", methods.stream().map(ResetMethod::kernelName).toList()));
    out.integer("command_before", step.commandBefore());
  }

  static void writeEnd(JsonWriter out) {
    out.bool(OVER, true);
  }

  /** A step; empty for the line that says that the operation is over. */
  static Optional<JournalStep> step(JsonObject in) throws WireException {
    if (in.has(OVER)) {
      return Optional.empty();
    }
    Optional<List<ResetMethod>> methods =
        in.has("methods_before")
            ? Optional.of(in.values("methods_before", ResetMethod::tryParse, "a reset method"))
            : Optional.empty();
    OptionalInt command = in.optionalInteger("command_before", 0, MAX_REGISTER);
    return Optional.of(
        new JournalStep(
            JournalStep.Kind.valueOf(in.text("step")),
            in.value("address", PciAddress::tryParse, "a PCI address"),
            methods,
            command));
  }
}
