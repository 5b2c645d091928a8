package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/** How far a host has come with a unit's order, or what keeps it from coming further. */
public enum UnitPhase {
  /** Bound and guarded, in nobody's hands. */
  RESTING,
  /** Bound, and not or not yet guarded; an open door to be closed next. */
  BOUND,
  CLEANING,
  /** The ordered wipe has ended clean, and its record is among the reported. */
  CLEANED,
  /** Permitted to its tenant, whom nobody saw using it yet, or any more. */
  READY,
  /** Permitted to its tenant, and somebody holds it. */
  IN_USE,
  /** To be taken back, and still held. */
  RELEASING,
  /** Taken back from its tenant; guarded and dirty. */
  RELEASED,
  /** With the host's own drivers. */
  GIVEN_BACK,
  /** With its vendor's driver, which cuts it into slices. */
  SLICED,
  /** A complete scan did not find it. */
  MISSING,
  /** An operation on it never came back; nothing more is tried on it in this boot. */
  WEDGED,
  /** The order cannot be done, for the reason given. */
  FAILED;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** Answers empty where the text is not a phase's name. */
  public static Optional<UnitPhase> tryParse(String text) {
    for (UnitPhase phase : values()) {
      if (phase.wireName.equals(text)) {
        return Optional.of(phase);
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
