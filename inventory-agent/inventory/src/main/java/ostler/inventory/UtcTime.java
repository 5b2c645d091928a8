package ostler.inventory;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Reads times as all of Ostler's documents write them: ISO 8601, in UTC, with a {@code Z}. */
final class UtcTime {

  static final String WHAT = "a UTC time such as 2026-01-02T03:04:05Z";

  /** Nanoseconds, and years of four digits. */
  private static final int MAX_CHARS = 30;

  private UtcTime() {}

  static Optional<Instant> tryParse(String text) {
    if (!text.endsWith("Z") || text.length() > MAX_CHARS) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
