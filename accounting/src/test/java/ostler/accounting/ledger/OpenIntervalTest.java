package ostler.accounting.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ostler.accounting.ledger.Occupancy.Charge;
import ostler.inventory.ClaimId;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;

final class OpenIntervalTest {

  private static final UnitId UNIT = UnitId.parse("00000000-0000-0000-0000-0000000000aa");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Occupancy CLEAN = new Occupancy("CLEAN", Optional.empty());
  private static final Occupancy IN_USE =
      new Occupancy(
          "IN_USE",
          Optional.of(
              new Charge(
                  ClaimId.parse("00000000-0000-0000-0000-0000000000bb"),
                  new ProjectId("p1"),
                  "gpu")));

  @Test
  void closingLeavesAHalfOpenSegmentAndTheNextBeginsWhereItEnded() {
    OpenInterval.Closed closed =
        new OpenInterval(UNIT, IN_USE, START).become(CLEAN, START.plusSeconds(60));
    assertEquals(
        Optional.of(new Segment(UNIT, IN_USE, START, START.plusSeconds(60))), closed.segment());
    assertEquals(new OpenInterval(UNIT, CLEAN, START.plusSeconds(60)), closed.next());
  }

  @Test
  void whatTookNoTimeLeavesNothing() {
    OpenInterval.Closed closed = new OpenInterval(UNIT, IN_USE, START).become(CLEAN, START);
    assertEquals(Optional.empty(), closed.segment());
    assertEquals(new OpenInterval(UNIT, CLEAN, START), closed.next());
  }

  @Test
  void aClockThatWasSetBackLosesNoTimeAndCountsNoneTwice() {
    OpenInterval.Closed closed =
        new OpenInterval(UNIT, IN_USE, START).become(CLEAN, START.minusSeconds(5));
    assertEquals(Optional.empty(), closed.segment());
    assertEquals(START, closed.next().since());
  }

  @Test
  void segmentsOfAnyHistoryAddUpToItExactly() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    OpenInterval open = new OpenInterval(UNIT, CLEAN, START);
    Instant now = START;
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      now = now.plusNanos(1000L * (random.nextInt(2_000_000) - 100_000));
      OpenInterval.Closed closed = open.become(random.nextBoolean() ? CLEAN : IN_USE, now);
      closed.segment().ifPresent(segments::add);
      open = closed.next();
    }
    Duration sum = Duration.ZERO;
    Instant end = START;
    for (Segment segment : segments) {
      assertEquals(end, segment.from(), "seed " + seed);
      end = segment.to();
      sum = sum.plus(Duration.between(segment.from(), segment.to()));
    }
    assertEquals(Duration.between(START, open.since()), sum, "seed " + seed);
    assertTrue(segments.size() > 500, "seed " + seed);
  }

  @Test
  void aSegmentThatDoesNotEndAfterItsBeginningIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Segment(UNIT, CLEAN, START, START));
    assertThrows(IllegalArgumentException.class, () -> new Occupancy("in use", Optional.empty()));
  }
}
