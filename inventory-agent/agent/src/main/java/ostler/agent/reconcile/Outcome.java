package ostler.agent.reconcile;

import java.util.Objects;
import java.util.Optional;
import ostler.agent.journal.UnitMemory;
import ostler.agent.journal.WipeEnd;

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

  /** For the journal: a wipe's result. */
  default String word() {
    return this instanceof Done ? "clean" : "failed";
  }

  /** How a wipe ended of which the record is written. */
  static Outcome ofWipe(UnitMemory wiped) {
    Optional<WipeEnd.Failure> failure = wiped.lastWipe().orElseThrow().failure();
    return failure.isEmpty()
        ? new Done()
        : new Stopped(failure.get().code(), failure.get().message());
  }
}
