package ostler.inventory;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * Problems on the wire: {@code {"code":"ATTRIBUTE_DENIED","attribute":"config","message":"..."}}.
 */
final class ProblemJson {

  private ProblemJson() {}

  static void write(Problem problem, JsonWriter out) {
    out.text("code", problem.code())
        .text("attribute", problem.attribute())
        .text("message", problem.sentence());
  }

  static Problem read(JsonObject in) throws WireException {
    Problem problem =
        new Problem(
            in.value("code", ProblemJson::code, "a known code"),
            in.text("attribute"),
            in.text("message"));
    in.done();
    return problem;
  }

  /** Left out where there are none, since hardly any function has one. */
  static void writeAny(List<Problem> problems, JsonWriter out) {
    if (!problems.isEmpty()) {
      out.list("problems", problems, ProblemJson::write);
    }
  }

  static List<Problem> readAny(JsonObject in) throws WireException {
    return in.has("problems") ? in.list("problems", ProblemJson::read) : List.of();
  }

  private static Optional<Problem.Code> code(String text) {
    return Arrays.stream(Problem.Code.values())
        .filter(code -> code.name().equals(text))
        .findFirst();
  }
}
