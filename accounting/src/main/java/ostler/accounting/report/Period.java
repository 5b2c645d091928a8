package ostler.accounting.report;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * The time that a report is about, in UTC.
 *
 * @param from the first instant that belongs to it, on a microsecond, from the year 2000 on
 * @param to the first instant that no longer does, on a microsecond, after from and at most {@link
 *     #MAX_DAYS} days after it
 */
public record Period(Instant from, Instant to) {

  public static final int MAX_DAYS = 1830;

  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

  public Period {
    if (from.isBefore(EARLIEST) || to.isAfter(LATEST)) {
      throw new IllegalArgumentException("a period lies between the years 2000 and 2200");
    }
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("a period ends after it begins, not " + from + " " + to);
    }
    if (Duration.between(from, to).compareTo(Duration.ofDays(MAX_DAYS)) > 0) {
      throw new IllegalArgumentException("a period is at most " + MAX_DAYS + " days long");
    }
    if (!isOnMicrosecond(from) || !isOnMicrosecond(to)) {
      throw new IllegalArgumentException("a period begins and ends on a microsecond");
    }
  }

  /**
   * Reads a day, which stands for its first instant in UTC, or an instant with its offset.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static Instant instant(String text) {
    try {
      return text.indexOf('T') < 0
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "is a day, 2026-11-01, or an instant, 2026-11-01T00:00:00Z", e);
    }
  }

  private static boolean isOnMicrosecond(Instant instant) {
    return instant.equals(instant.truncatedTo(ChronoUnit.MICROS));
  }
}
