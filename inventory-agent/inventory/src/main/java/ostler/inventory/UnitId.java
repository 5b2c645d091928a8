package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.UUID;

/** Which unit: the thing that is handed out. */
public record UnitId(UUID value) implements Comparable<UnitId> {

  /**
   * Reads the canonical form of 36 characters.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  @JsonCreator
  public static UnitId parse(String text) {
    return new UnitId(CanonicalUuid.parse(text));
  }

  /** As {@link #parse}, but answers empty where the text has another form. */
  public static Optional<UnitId> tryParse(String text) {
    return CanonicalUuid.tryParse(text).map(UnitId::new);
  }

  @Override
  public int compareTo(UnitId other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value.toString();
  }
}
