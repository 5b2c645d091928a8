package ostler.lab.scenario;

import java.time.Duration;
import java.util.Objects;

/**
 * One thing that is proved in the lab.
 *
 * @param name what it is called on the command line: lower case letters, digits and dashes
 * @param proves the sentence that holds if it passes
 * @param deadline when it counts as failed
 * @param body the proof
 */
public record Scenario(String name, String proves, Duration deadline, Body body) {

  private static final Duration USUAL_DEADLINE = Duration.ofMinutes(3);

  /** Checks the name. */
  public Scenario {
    if (!name.matches("[a-z0-9-]{1,40}")) {
      throw new IllegalArgumentException(
          "a scenario's name is 1 to 40 lower case letters, digits and dashes: " + name);
    }
    Objects.requireNonNull(proves, "proves");
    Objects.requireNonNull(deadline, "deadline");
    Objects.requireNonNull(body, "body");
  }

  /** One with the usual deadline of 3 minutes. */
  public static Scenario of(String name, String proves, Body body) {
    return new Scenario(name, proves, USUAL_DEADLINE, body);
  }

  /** The proof itself. */
  @FunctionalInterface
  public interface Body {
    /** Returns one line of evidence: what was seen. Anything else than what has to be is thrown. */
    String run(LabContext lab) throws Exception;
  }
}
