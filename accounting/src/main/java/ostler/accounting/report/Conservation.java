package ostler.accounting.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import ostler.inventory.Share;

/**
 * What a report must add up to: each device's part of the period since it was taken in, whatever it
 * went to and however it was cut into slices. It is worked out from when devices began, and knows
 * nothing of segments or of slices.
 *
 * @param units whole ones, that were there in the period
 */
public record Conservation(int units, DeviceTime expected) {

  /** Before any unit is counted. */
  public static final Conservation NOTHING = new Conservation(0, DeviceTime.ZERO);

  public Conservation {
    Objects.requireNonNull(expected);
  }

  /** With one more whole unit, which has had its time since then. */
  public Conservation plus(Period period, Instant began) {
    Instant from = began.isBefore(period.from()) ? period.from() : began;
    return from.isBefore(period.to())
        ? new Conservation(
            units + 1,
            expected.plus(DeviceTime.of(Duration.between(from, period.to()), Share.WHOLE)))
        : this;
  }

  public boolean holdsFor(UsageReport report) {
    return report.total().equals(expected);
  }
}
