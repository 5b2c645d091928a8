package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/**
 * Which reset an order asks for: one by name, or the best that the unit has. A reset is always one
 * named method in the end, since the kernel left to itself falls through from one to the next and
 * does not say which it was.
 */
public enum ResetChoice {
  /** The first of those that the host would try that every member of the unit has. */
  AUTO("auto"),
  /** All functions of the group at once, through vfio's own hot reset. */
  HOT("hot"),
  DEVICE_SPECIFIC("device_specific"),
  ACPI("acpi"),
  FLR("flr"),
  AF_FLR("af_flr"),
  PM("pm"),
  BUS("bus");

  private final String wireName;

  ResetChoice(String wireName) {
    this.wireName = wireName;
  }

  /** Answers empty where the text is no choice. */
  public static Optional<ResetChoice> tryParse(String text) {
    for (ResetChoice choice : values()) {
      if (choice.wireName.equals(text)) {
        return Optional.of(choice);
      }
    }
    return Optional.empty();
  }

  @Override
  @JsonValue
  public String toString() {
    return wireName;
  }
}
