package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.UUID;

/** Which boot of a host: the kernel draws it anew at each one ({@code random/boot_id}). */
public record BootId(UUID value) implements Comparable<BootId> {

  /**
   * Reads the canonical form of 36 characters.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  @JsonCreator
  public static BootId parse(String text) {
    return new BootId(CanonicalUuid.parse(text));
  }

  /** As {@link #parse}, but answers empty where the text has another form. */
  public static Optional<BootId> tryParse(String text) {
    return CanonicalUuid.tryParse(text).map(BootId::new);
  }

  @Override
  public int compareTo(BootId other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value.toString();
  }
}
