package ostler.root;

import java.util.function.Consumer;
import ostler.wire.Json;
import ostler.wire.JsonWriter;

/**
 * What comes of a request: exactly one line on standard output, and an exit code.
 *
 * @param exitCode 0, or the code's
 * @param stuck whether a thread of this process hangs in the kernel, so that it cannot end
 */
public record Outcome(Consumer<JsonWriter> answer, int exitCode, boolean stuck) {

  private static final int VERSION = 1;

  /** Set by the programs' wrappers where a person looks on. */
  private static final String PRETTY = "ostler.pretty";

  /**
   * The answer to a request that went well.
   *
   * @param verb as in the request
   * @param more what this verb has to say
   */
  public static Outcome done(Object verb, OpId op, Consumer<JsonWriter> more) {
    return new Outcome(
        out -> {
          out.integer("v", VERSION).bool("ok", true);
          out.text("verb", verb).text("op", op);
          more.accept(out);
        },
        0,
        false);
  }

  /** The answer to a request that was refused, or failed. */
  public static Outcome refused(Object verb, OpId op, Refusal refusal) {
    return new Outcome(
        out -> {
          out.integer("v", VERSION).bool("ok", false);
          out.text("verb", verb).text("op", op);
          writeRefusal(refusal, out);
        },
        refusal.code().exitCode(),
        false);
  }

  /** The answer to a request in which the kernel did not come back. */
  public static Outcome wedged(Object verb, OpId op, Wedged wedged) {
    Outcome refused = refused(verb, op, new Refusal(Code.DEADLINE, wedged.getMessage()));
    return new Outcome(refused.answer(), refused.exitCode(), true);
  }

  /** The answer to something that was no request. */
  public static Outcome refused(Refusal refusal) {
    return new Outcome(
        out -> {
          out.integer("v", VERSION).bool("ok", false);
          writeRefusal(refusal, out);
        },
        refusal.code().exitCode(),
        false);
  }

  /** Code and sentence, as they stand in answers of every kind. */
  public static void writeProblem(Refusal refusal, JsonWriter out) {
    out.text("code", refusal.code().name()).text("message", refusal.getMessage());
  }

  /**
   * Prints the line and ends the process. One with a thread stuck in the kernel cannot end; its
   * caller has its line all the same.
   */
  public void end() {
    System.out.println(Boolean.getBoolean(PRETTY) ? Json.writePretty(answer) : Json.write(answer));
    System.out.flush();
    if (stuck) {
      Runtime.getRuntime().halt(exitCode);
    }
    System.exit(exitCode);
  }

  private static void writeRefusal(Refusal refusal, JsonWriter out) {
    writeProblem(refusal, out);
    out.scalars("detail", refusal.detail());
  }
}
