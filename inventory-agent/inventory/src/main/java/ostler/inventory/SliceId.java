package ostler.inventory;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Which making of a slice: drawn at random for each, and never used again. A mediated device has it
 * for its name in the kernel.
 */
public record SliceId(UUID value) {

  public SliceId {
    Objects.requireNonNull(value);
  }

  /** Answers empty where the text is not a UUID of 36 characters. */
  public static Optional<SliceId> tryParse(String text) {
    return CanonicalUuid.tryParse(text).map(SliceId::new);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
