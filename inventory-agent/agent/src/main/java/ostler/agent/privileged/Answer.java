package ostler.agent.privileged;

import java.util.Map;
import java.util.Objects;

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
   * @param detail what it saw: texts, whole numbers and truth values
   */
  record Refused<T>(String code, String message, Map<String, Object> detail) implements Answer<T> {
    public Refused {
      Objects.requireNonNull(code);
      Objects.requireNonNull(message);
      detail = Map.copyOf(detail);
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
