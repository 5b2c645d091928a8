package ostler.mdev;

import java.util.Optional;
import java.util.UUID;
import ostler.inventory.ClaimId;
import ostler.root.Word;

/**
 * Which slice: a UUID drawn at random by whoever orders it, and never used for another one. For a
 * mediated device it is also the kernel's name.
 */
record SliceId(UUID value) implements Comparable<SliceId> {

  private static final int RANDOM = 4;
  private static final int RFC_4122 = 2;

  SliceId {
    if (value.version() != RANDOM || value.variant() != RFC_4122) {
      throw new IllegalArgumentException(
          "a slice's id is a UUID drawn at random (version 4), so that none is used twice");
    }
  }

  /** Answers empty where the word is no UUID of 36 characters. */
  static Optional<SliceId> of(Word word) {
    return ClaimId.tryParse(word.text()).map(ClaimId::value).map(SliceId::new);
  }

  @Override
  public int compareTo(SliceId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
