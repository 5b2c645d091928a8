package ostler.agent.reconcile;

import java.util.Objects;

/** How an action ended. */
sealed interface Outcome {

  /** It was done, and is in the journal. */
  record Done() implements Outcome {}

  /** It was not, or not to its end; what was done is in the journal. */
  record Stopped(String code, String message) implements Outcome {
    public Stopped {
      Objects.requireNonNull(code);
      Objects.requireNonNull(message);
    }
  }
}
