package ostler.sysfs;

import java.util.Arrays;
import java.util.Optional;
import ostler.inventory.Problem;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** One line that a probe's process prints: what it is about to read, what it read, or an end. */
public sealed interface ProbeLine {

  PciAddress address();

  /** It is going to read this attribute now, and may never say another word. */
  record Begun(PciAddress address, String attribute) implements ProbeLine {}

  /** It has read this attribute. */
  record Done(PciAddress address, String attribute, Read<String> outcome) implements ProbeLine {}

  /** It has read all of this function. */
  record End(PciAddress address) implements ProbeLine {}

  /** The line as it is printed, without its end. */
  default String print() {
    return Json.write(
        out -> {
          out.text("address", address());
          if (this instanceof Begun begun) {
            out.text("reading", begun.attribute());
          } else if (this instanceof Done done) {
            out.text("read", done.attribute());
            done.outcome().value().ifPresent(text -> out.text("text", text));
            done.outcome().failure().ifPresent(failed -> writeFailure(failed, out));
          }
        });
  }

  /**
   * Reads a line.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  static ProbeLine parse(String line) throws WireException {
    return Json.read(line, JsonLimits.MESSAGE, ProbeLine::read);
  }

  private static void writeFailure(Read.Failed<String> failed, JsonWriter out) {
    out.text("code", failed.code()).text("reason", failed.reason());
  }

  private static ProbeLine read(JsonObject in) throws WireException {
    PciAddress address = in.value("address", PciAddress::tryParse, "a PCI address");
    Optional<String> reading = in.optionalText("reading");
    Optional<String> done = in.optionalText("read");
    ProbeLine line =
        reading.isPresent()
            ? new Begun(address, reading.get())
            : done.isPresent() ? new Done(address, done.get(), outcome(in)) : new End(address);
    in.done();
    return line;
  }

  private static Read<String> outcome(JsonObject in) throws WireException {
    Optional<String> text = in.optionalText("text");
    return text.isPresent()
        ? Read.of(text.get())
        : Read.failed(in.value("code", ProbeLine::code, "a known code"), in.text("reason"));
  }

  private static Optional<Problem.Code> code(String text) {
    return Arrays.stream(Problem.Code.values())
        .filter(code -> code.name().equals(text))
        .findFirst();
  }
}
