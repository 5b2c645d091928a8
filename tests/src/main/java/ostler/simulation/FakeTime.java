package ostler.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The world's time. It passes only between steps. */
final class FakeTime {

  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private static final long NANOS_PER_MICRO = 1000;

  private long nanos;

  /** A clock that never jumps. */
  long nanoTime() {
    return nanos;
  }

  Instant now() {
    return BEGIN.plusNanos(nanos);
  }

  /** Lets whole microseconds pass: no database keeps less. */
  void pass(Duration time) {
    nanos += time.toNanos() / NANOS_PER_MICRO * NANOS_PER_MICRO;
  }

  /** A clock on somebody's wall, which may be wrong and be set. */
  final class WallClock extends Clock {

    private Duration skew = Duration.ZERO;

    void set(Duration ahead) {
      skew = ahead;
    }

    @Override
    public Instant instant() {
      return now().plus(skew);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
