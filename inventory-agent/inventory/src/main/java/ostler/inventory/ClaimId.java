package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.UUID;

/** Which claim: units given to a consumer of a project. */
public record ClaimId(UUID value) implements Comparable<ClaimId> {

  /**
   * Reads the canonical form of 36 characters.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  @JsonCreator
  public static ClaimId parse(String text) {
    return new ClaimId(CanonicalUuid.parse(text));
  }

  /** As {@link #parse}, but answers empty where the text has another form. */
  public static Optional<ClaimId> tryParse(String text) {
    return CanonicalUuid.tryParse(text).map(ClaimId::new);
  }

  @Override
  public int compareTo(ClaimId other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value.toString();
  }
}
