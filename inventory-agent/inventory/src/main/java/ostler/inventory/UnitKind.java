package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/** What a unit is made of. */
public enum UnitKind {
  /** Every endpoint of an IOMMU group. */
  WHOLE("whole");

  private final String wireName;

  UnitKind(String wireName) {
    this.wireName = wireName;
  }

  /** Answers empty where the text is not a kind's name. */
  public static Optional<UnitKind> tryParse(String text) {
    return text.equals(WHOLE.wireName) ? Optional.of(WHOLE) : Optional.empty();
  }

  @Override
  @JsonValue
  public String toString() {
    return wireName;
  }
}
