package ostler.allocator.engine;

import java.util.Objects;

/**
 * Something that is not as it should be.
 *
 * @param about what it was found at: a kind and a name, as {@code host gpu-1}
 * @param message a sentence that says what
 * @param next what to do about it
 */
public record Finding(Ailment ailment, String about, String message, String next) {
  public Finding {
    Objects.requireNonNull(ailment);
    Objects.requireNonNull(about);
    Objects.requireNonNull(message);
    Objects.requireNonNull(next);
  }
}
