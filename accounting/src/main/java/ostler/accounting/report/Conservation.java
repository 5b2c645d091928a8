package ostler.accounting.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * What a report must add up to: each unit's part of the period since it was taken in, whatever it
 * went to. It is worked out from when units began, and knows nothing of segments.
 *
 * @param units that were there in the period
 */
public record Conservation(int units, DeviceTime expected) {

  /** Before any unit is counted. */
  public static final Conservation NOTHING = new Conservation(0, DeviceTime.ZERO);

  public Conservation {
    Objects.requireNonNull(expected);
  }

  /** With one more unit, which has had its time since then. */
  public Conservation plus(Period period, Instant began, int weight) {
    Instant from = began.isBefore(period.from()) ? period.from() : began;
    return from.isBefore(period.to())
        ? new Conservation(
            units + 1, expected.plus(DeviceTime.of(Duration.between(from, period.to()), weight)))
        : this;
  }

  public boolean holdsFor(UsageReport report) {
    return report.total().equals(expected);
  }
}
