package ostler.lab.scenario;

import java.util.Objects;

/** What a scenario insists on. */
public final class Expect {

  private Expect() {}

  /** Fails with the sentence unless it is so. */
  public static void that(boolean so, String sentence) {
    if (!so) {
      throw new AssertionError(sentence);
    }
  }

  /** Fails unless both are equal, naming both. */
  public static void equal(Object expected, Object actual, String what) {
    that(
        Objects.equals(expected, actual),
        what + ": expected <" + expected + "> but was <" + actual + ">");
  }
}
