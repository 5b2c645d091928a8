package ostler.allocator.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * The database's time, so that allocators beside each other agree on every deadline. Between two
 * looks at it a counter carries it on that no administrator and no time server can set: a clock of
 * this machine that jumps is never seen. It is wrong by at most half the time that the last look
 * took, and, where the whole machine was paused, until the next look.
 */
public final class DatabaseClock extends Clock {

  /** What took longer says too little about when it was answered. */
  private static final Duration SLOWEST_LOOK = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private volatile Look look;

  /**
   * @param nanoTime counts the nanoseconds and never jumps
   * @param first the database's time now
   */
  DatabaseClock(LongSupplier nanoTime, Instant first) {
    this.nanoTime = nanoTime;
    this.look = new Look(first, nanoTime.getAsLong());
  }

  private record Look(Instant time, long nanos) {}

  /** Asks for the database's time. */
  interface Question<E extends Exception> {
    Instant ask() throws E;
  }

  /** Looks at the database's time again. */
  <E extends Exception> void look(Question<E> question) throws E {
    long before = nanoTime.getAsLong();
    Instant time = question.ask();
    long took = nanoTime.getAsLong() - before;
    if (took <= SLOWEST_LOOK.toNanos()) {
      look = new Look(time, before + took / 2);
    }
  }

  /** Both databases keep microseconds, so what is compared must have no more. */
  @Override
  public Instant instant() {
    Look last = look;
    return last.time()
        .plusNanos(nanoTime.getAsLong() - last.nanos())
        .truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new IllegalArgumentException("all times are UTC, not " + zone);
  }
}
