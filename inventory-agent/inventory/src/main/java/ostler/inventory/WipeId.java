package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.UUID;

/** Which wipe: one run of the ladder on one unit, ordered once. */
public record WipeId(UUID value) implements Comparable<WipeId> {

  /**
   * Reads the canonical form of 36 characters.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  @JsonCreator
  public static WipeId parse(String text) {
    return new WipeId(CanonicalUuid.parse(text));
  }

  /** As {@link #parse}, but answers empty where the text has another form. */
  public static Optional<WipeId> tryParse(String text) {
    return CanonicalUuid.tryParse(text).map(WipeId::new);
  }

  @Override
  public int compareTo(WipeId other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value.toString();
  }
}
