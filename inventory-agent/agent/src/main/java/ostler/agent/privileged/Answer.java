package ostler.agent.privileged;

import java.util.List;
import java.util.Objects;
import ostler.inventory.WipeStep;

/** How a root program ended. */
public sealed interface Answer<T> {

  /** It did what was asked. */
  record Done<T>(T value) implements Answer<T> {
    public Done {
      Objects.requireNonNull(value);
    }
  }

  /**
   * It did not, and says why.
   *
   * @param code stable, for example {@code HELD}
   * @param steps what it had done before, if it tells
   */
  record Refused<T>(String code, String message, List<WipeStep> steps) implements Answer<T> {
    public Refused {
      Objects.requireNonNull(code);
      Objects.requireNonNull(message);
      steps = List.copyOf(steps);
    }
  }

  /** It has not answered in time, and may still be at it: stuck in the kernel, as a rule. */
  record Late<T>(String message) implements Answer<T> {
    public Late {
      Objects.requireNonNull(message);
    }
  }

  /** It could not be started, or ended without an answer that makes sense. */
  record Broken<T>(String message) implements Answer<T> {
    public Broken {
      Objects.requireNonNull(message);
    }
  }
}
