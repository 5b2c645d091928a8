package ostler.accounting.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import ostler.inventory.UnitId;

/** What a unit's time goes to now, and since when. Each unit has exactly one, from its first. */
public record OpenInterval(UnitId unit, Subject subject, Occupancy occupancy, Instant since) {

  /** The silence of a host that speaks. */
  public static final Instant NEVER_SILENT = Instant.MAX;

  public OpenInterval {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(subject);
    Objects.requireNonNull(occupancy);
    Objects.requireNonNull(since);
  }

  /** What ending this interval leaves behind. */
  public record Closed(List<Segment> segments, OpenInterval next) {
    public Closed {
      segments = List.copyOf(segments);
    }
  }

  /**
   * Ends this interval and begins the next one in the same instant, so that nothing is lost or
   * counted twice between them. What took no time leaves no segment, a clock that was set back
   * makes the next interval begin where this one began, and a change to the same goes on as one.
   *
   * @param silentFrom since when the unit's host counts as silent; the time from then on went to
   *     what nobody knows
   */
  public Closed become(Subject nextSubject, Occupancy next, Instant at, Instant silentFrom) {
    Instant end = at.isBefore(since) ? since : at;
    boolean same = next.equals(occupancy) && nextSubject.equals(subject);
    if (same && !silentFrom.isBefore(end)) {
      return new Closed(List.of(), this);
    }
    return new Closed(until(end, silentFrom), new OpenInterval(unit, nextSubject, next, end));
  }

  /** What this interval would leave behind if it ended then; it goes on all the same. */
  public List<Segment> until(Instant end, Instant silentFrom) {
    return stretches(occupancy, since, end, silentFrom).stream()
        .map(part -> new Segment(unit, subject, part.occupancy(), part.from(), part.to()))
        .toList();
  }

  /** A part of an interval. */
  public record Stretch(Occupancy occupancy, Instant from, Instant to) {}

  /** An interval's time until an end, in the parts in which its host spoke and was silent. */
  public static List<Stretch> stretches(
      Occupancy occupancy, Instant since, Instant end, Instant silentFrom) {
    Instant unheard = silentFrom.isBefore(since) ? since : silentFrom;
    Instant heard = unheard.isBefore(end) ? unheard : end;
    List<Stretch> stretches = new ArrayList<>();
    if (since.isBefore(heard)) {
      stretches.add(new Stretch(occupancy, since, heard));
    }
    if (unheard.isBefore(end)) {
      stretches.add(new Stretch(occupancy.unheard(), unheard, end));
    }
    return stretches;
  }
}
