package ostler.allocator.engine;

import java.util.Objects;

/** Why something is so: a code for scripts, and a sentence for people. */
public record Reason(Code code, String message) {
  public Reason {
    Objects.requireNonNull(code);
    Objects.requireNonNull(message);
  }
}
