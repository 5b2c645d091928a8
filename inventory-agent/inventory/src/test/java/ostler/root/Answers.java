package ostler.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ostler.wire.Json;

/** What a root program must have answered; both programs' tests ask alike. */
public final class Answers {

  private Answers() {}

  /** A run that must have gone well; the answer's line. */
  public static String ok(Outcome outcome) {
    String answer = Json.write(outcome.answer());
    assertEquals(0, outcome.exitCode(), answer);
    return answer;
  }

  /** A run that must have been refused with this code; the answer's line. */
  public static String refused(Code code, Outcome outcome) {
    String answer = Json.write(outcome.answer());
    assertEquals(code.exitCode(), outcome.exitCode(), answer);
    assertFalse(outcome.stuck(), answer);
    return answer;
  }
}
