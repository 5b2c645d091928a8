package ostler.accounting.ledger;

import java.time.Instant;
import java.util.Objects;
import ostler.inventory.UnitId;

/**
 * A stretch of a unit's time that is over; it never changes.
 *
 * @param from the first instant that belongs to it
 * @param to the first instant that no longer does, after from
 */
public record Segment(UnitId unit, Subject subject, Occupancy occupancy, Instant from, Instant to) {
  public Segment {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(subject);
    Objects.requireNonNull(occupancy);
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("a segment ends after it begins, not " + from + " " + to);
    }
  }
}
