package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DatabaseClockTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final AtomicLong nanos = new AtomicLong(-42);
  private final DatabaseClock clock = new DatabaseClock(nanos::get, NOON);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private Instant answer(Instant time, Duration after) {
    pass(after);
    return time;
  }

  @Test
  void itGoesOnBetweenTwoLooks() {
    assertEquals(NOON, clock.instant());
    pass(Duration.ofSeconds(7));
    assertEquals(NOON.plusSeconds(7), clock.instant());
  }

  @Test
  void itFollowsTheDatabaseForwardsAndBackwards() {
    clock.look(() -> NOON.plusSeconds(3600));
    assertEquals(NOON.plusSeconds(3600), clock.instant());
    clock.look(() -> NOON.minusSeconds(3600));
    pass(Duration.ofSeconds(1));
    assertEquals(NOON.minusSeconds(3599), clock.instant());
  }

  @Test
  void anAnswerIsTakenForTheMiddleOfTheTimeThatItTook() {
    clock.look(() -> answer(NOON.plusSeconds(10), Duration.ofMillis(20)));
    assertEquals(NOON.plusSeconds(10).plusMillis(10), clock.instant());
  }

  @Test
  void anAnswerThatTookTooLongIsNotBelieved() {
    clock.look(() -> answer(NOON.plusSeconds(3600), Duration.ofSeconds(2)));
    assertEquals(NOON.plusSeconds(2), clock.instant());
  }

  @Test
  void aLookThatFailsChangesNothing() {
    assertThrows(
        SQLException.class,
        () ->
            clock.look(
                () -> {
                  throw new SQLException("gone");
                }));
    assertEquals(NOON, clock.instant());
  }

  @Test
  void itKnowsNoMoreThanWhatTheDatabaseKeeps() {
    nanos.addAndGet(1_999);
    assertEquals(NOON.plusNanos(1_000), clock.instant());
  }
}
