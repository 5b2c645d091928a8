package ostler.cli.print;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Times for people: to the second, in one zone, which is named in each. */
final class Times {

  private final ZoneId zone;

  Times(ZoneId zone) {
    this.zone = zone;
  }

  /** {@code 2026-09-04 06:00:00+02:00}; a text that is no time stays as it came. */
  String shown(String text) {
    try {
      OffsetDateTime time =
          Instant.parse(text).truncatedTo(ChronoUnit.SECONDS).atZone(zone).toOffsetDateTime();
      String clock = time.toLocalTime().toString();
      String seconds = time.getSecond() == 0 ? clock + ":00" : clock;
      ZoneOffset offset = time.getOffset();
      return time.toLocalDate() + " " + seconds + offset;
    } catch (DateTimeException e) {
      return text;
    }
  }
}
