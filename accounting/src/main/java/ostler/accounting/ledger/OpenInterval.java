package ostler.accounting.ledger;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import ostler.inventory.UnitId;

/** What a unit's time goes to now, and since when. Each unit has exactly one, from its first. */
public record OpenInterval(UnitId unit, Occupancy occupancy, Instant since) {

  public OpenInterval {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(occupancy);
    Objects.requireNonNull(since);
  }

  /** What ending this interval leaves behind. */
  public record Closed(Optional<Segment> segment, OpenInterval next) {}

  /**
   * Ends this interval and begins the next one in the same instant, so that nothing is lost or
   * counted twice between them. An interval that took no time leaves no segment, and a clock that
   * was set back makes the next one begin where this one began.
   */
  public Closed become(Occupancy next, Instant at) {
    Instant end = at.isBefore(since) ? since : at;
    Optional<Segment> segment =
        end.equals(since)
            ? Optional.empty()
            : Optional.of(new Segment(unit, occupancy, since, end));
    return new Closed(segment, new OpenInterval(unit, next, end));
  }
}
