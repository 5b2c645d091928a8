package ostler.accounting.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/** A stretch of the calendar by which a report is cut, in UTC. */
public enum Bucket {
  HOUR {
    @Override
    ZonedDateTime start(ZonedDateTime at) {
      return at.truncatedTo(ChronoUnit.HOURS);
    }

    @Override
    ZonedDateTime next(ZonedDateTime start) {
      return start.plusHours(1);
    }
  },
  DAY {
    @Override
    ZonedDateTime start(ZonedDateTime at) {
      return at.truncatedTo(ChronoUnit.DAYS);
    }

    @Override
    ZonedDateTime next(ZonedDateTime start) {
      return start.plusDays(1);
    }
  },
  MONTH {
    @Override
    ZonedDateTime start(ZonedDateTime at) {
      return at.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
    }

    @Override
    ZonedDateTime next(ZonedDateTime start) {
      return start.plusMonths(1);
    }
  };

  /** When the one that an instant belongs to began. */
  public Instant startOf(Instant at) {
    return start(at.atZone(ZoneOffset.UTC)).toInstant();
  }

  /** When the one after that begins. */
  public Instant endOf(Instant at) {
    return next(start(at.atZone(ZoneOffset.UTC))).toInstant();
  }

  abstract ZonedDateTime start(ZonedDateTime at);

  abstract ZonedDateTime next(ZonedDateTime start);
}
