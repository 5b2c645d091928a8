package ostler.accounting.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.accounting.ledger.OpenInterval.NEVER_SILENT;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ostler.accounting.ledger.Occupancy.Charge;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.Share;
import ostler.inventory.UnitId;
import ostler.pci.PciId;

final class OpenIntervalTest {

  private static final UnitId UNIT = UnitId.parse("00000000-0000-0000-0000-0000000000aa");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Subject SUBJECT = subject("1002:5046");
  private static final Occupancy CLEAN = Occupancy.idle(LedgerState.CLEAN);
  private static final Occupancy IN_USE = inUse("/p1/");

  private static Subject subject(String model) {
    return new Subject(
        new HostName("gpu-1"), PciId.parse(model), Share.WHOLE, Optional.of(81_920L));
  }

  private static Occupancy inUse(String path) {
    return new Occupancy(
        LedgerState.IN_USE,
        Optional.of(
            new Charge(
                ClaimId.parse("00000000-0000-0000-0000-0000000000bb"),
                ProjectPath.parse(path),
                "gpu")));
  }

  private static OpenInterval open(Occupancy occupancy) {
    return new OpenInterval(UNIT, SUBJECT, occupancy, START);
  }

  private static Segment segment(Occupancy occupancy, Instant from, Instant to) {
    return new Segment(UNIT, SUBJECT, occupancy, from, to);
  }

  private static Instant second(long second) {
    return START.plusSeconds(second);
  }

  @Test
  void closingLeavesAHalfOpenSegmentAndTheNextBeginsWhereItEnded() {
    OpenInterval.Closed closed = open(IN_USE).become(SUBJECT, CLEAN, second(60), NEVER_SILENT);
    assertEquals(List.of(segment(IN_USE, START, second(60))), closed.segments());
    assertEquals(new OpenInterval(UNIT, SUBJECT, CLEAN, second(60)), closed.next());
  }

  @Test
  void whatTookNoTimeLeavesNothing() {
    OpenInterval.Closed closed = open(IN_USE).become(SUBJECT, CLEAN, START, NEVER_SILENT);
    assertEquals(List.of(), closed.segments());
    assertEquals(open(CLEAN), closed.next());
  }

  @Test
  void aClockThatWasSetBackLosesNoTimeAndCountsNoneTwice() {
    OpenInterval.Closed closed = open(IN_USE).become(SUBJECT, CLEAN, second(-5), NEVER_SILENT);
    assertEquals(List.of(), closed.segments());
    assertEquals(START, closed.next().since());
  }

  @Test
  void aChangeToTheSameGoesOnAsOneInterval() {
    OpenInterval.Closed closed = open(CLEAN).become(SUBJECT, CLEAN, second(60), NEVER_SILENT);
    assertEquals(new OpenInterval.Closed(List.of(), open(CLEAN)), closed);
  }

  @Test
  void aChangeOfThePathOrOfTheSubjectEndsTheIntervalLikeAnyOther() {
    Occupancy moved = inUse("/org/p1/");
    assertEquals(
        List.of(segment(IN_USE, START, second(60))),
        open(IN_USE).become(SUBJECT, moved, second(60), NEVER_SILENT).segments());
    assertEquals(
        List.of(segment(IN_USE, START, second(60))),
        open(IN_USE).become(subject("10de:2330"), IN_USE, second(60), NEVER_SILENT).segments());
  }

  @Test
  void whileTheHostIsSilentTheTimeIsUnknownAndStillTheTenants() {
    OpenInterval.Closed closed = open(IN_USE).become(SUBJECT, IN_USE, second(60), second(45));
    Occupancy unknown = new Occupancy(LedgerState.UNKNOWN, IN_USE.charge());
    assertEquals(
        List.of(segment(IN_USE, START, second(45)), segment(unknown, second(45), second(60))),
        closed.segments());
    assertEquals(new OpenInterval(UNIT, SUBJECT, IN_USE, second(60)), closed.next());
  }

  @Test
  void whatBeginsInSilenceIsUnknownFromItsBeginning() {
    assertEquals(
        List.of(segment(Occupancy.idle(LedgerState.UNKNOWN), START, second(60))),
        open(CLEAN).until(second(60), second(-100)));
  }

  @Test
  void whatNoHostHasToSayStaysKnownInSilence() {
    for (LedgerState state :
        List.of(LedgerState.UNMANAGED, LedgerState.MISSING, LedgerState.RETIRED)) {
      List<Segment> segments = open(Occupancy.idle(state)).until(second(60), second(45));
      assertEquals(
          List.of(state, state),
          segments.stream().map(segment -> segment.occupancy().state()).toList());
    }
  }

  @Test
  void aPathReadsWhatItWrites() {
    ProjectPath path = ProjectPath.parse("/org/physics/p1/");
    assertEquals("/org/physics/p1/", path.toString());
    assertEquals(new ProjectId("p1"), path.leaf());
    assertEquals(ProjectPath.root(new ProjectId("p1")), ProjectPath.parse("/p1/"));
    for (String wrong : List.of("", "/", "//", "p1", "/p1", "p1/", "/a//b/", "/a b/")) {
      assertThrows(IllegalArgumentException.class, () -> ProjectPath.parse(wrong), wrong);
    }
    assertThrows(IllegalArgumentException.class, () -> new ProjectPath(List.of()));
  }

  @Test
  void aSegmentThatDoesNotEndAfterItsBeginningIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> segment(CLEAN, START, START));
  }

  @Test
  void aSubjectHasAWeightAndIfAnyMemory() {
    HostName host = new HostName("gpu-1");
    PciId model = PciId.parse("1002:5046");
    for (int wrong : new int[] {-1, Share.WHOLE + 1}) {
      assertThrows(
          IllegalArgumentException.class, () -> new Subject(host, model, wrong, Optional.empty()));
    }
    assertThrows(
        IllegalArgumentException.class, () -> new Subject(host, model, 1, Optional.of(0L)));
  }

  @Test
  void segmentsOfAnyHistoryAreAdjacentWhateverTheClockAndTheHostDo() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    OpenInterval open = open(CLEAN);
    Instant now = START;
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      now = now.plusNanos(1000L * (random.nextInt(2_000_000) - 100_000));
      Instant silent =
          random.nextInt(4) == 0 ? now.minusNanos(random.nextInt(1_500_000_000)) : NEVER_SILENT;
      OpenInterval.Closed closed =
          open.become(SUBJECT, random.nextBoolean() ? CLEAN : IN_USE, now, silent);
      segments.addAll(closed.segments());
      open = closed.next();
    }
    Instant end = START;
    for (Segment segment : segments) {
      assertEquals(end, segment.from(), "seed " + seed);
      end = segment.to();
    }
    assertEquals(end, open.since(), "seed " + seed);
    assertTrue(segments.size() > 300, "seed " + seed);
    assertTrue(
        segments.stream().anyMatch(s -> s.occupancy().state() == LedgerState.UNKNOWN),
        "seed " + seed);
  }
}
