package ostler.accounting.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.accounting.ledger.CutCard;
import ostler.accounting.ledger.CutCard.Change;
import ostler.accounting.ledger.LedgerState;
import ostler.accounting.ledger.Occupancy;
import ostler.accounting.ledger.Occupancy.Charge;
import ostler.accounting.ledger.OpenInterval;
import ostler.accounting.ledger.ProjectPath;
import ostler.accounting.ledger.Segment;
import ostler.accounting.ledger.Subject;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.Share;
import ostler.inventory.UnitId;
import ostler.pci.PciId;

/** Reports over random lives of units, whose hosts fall silent and whose clock jumps. */
final class RandomLivesTest {

  private static final Instant START = Instant.parse("2026-10-30T12:00:00Z");
  private static final int ROUNDS = 40;
  private static final List<String> PATHS = List.of("/org/a/", "/org/b/", "/org/b/c/", "/d/");
  private static final List<String> MODELS = List.of("1002:5046", "10de:2330");
  private static final int[] WEIGHTS = {5040, 2520, 1260, 720, 630, 19, 1};

  /** A fleet's history: what is over, what goes on, and when each card began. */
  private record Lives(
      List<Segment> segments, List<OpenInterval> open, Map<UnitId, Instant> began) {

    UsageReport report(Period period, Grouping grouping) {
      UsageTally tally = new UsageTally(period, grouping);
      segments.forEach(segment -> count(tally, segment));
      open.forEach(
          interval ->
              interval
                  .until(period.to(), OpenInterval.NEVER_SILENT)
                  .forEach(segment -> count(tally, segment)));
      return tally.report();
    }

    Conservation conservation(Period period) {
      Conservation all = Conservation.NOTHING;
      for (Instant since : began.values()) {
        all = all.plus(period, since);
      }
      return all;
    }
  }

  private static void count(UsageTally tally, Segment segment) {
    tally.add(traits(segment), segment.from(), segment.to(), segment.subject().weight());
  }

  private static Traits traits(Segment segment) {
    Optional<Charge> charge = segment.occupancy().charge();
    return new Traits(
        charge.map(c -> c.project().value()),
        Optional.of(segment.subject().model().toString()),
        charge.map(Charge::alias),
        Optional.of(segment.subject().host().value()),
        Optional.empty(),
        Optional.empty(),
        segment.occupancy().state().name());
  }

  private static Lives lives(Random random) {
    List<Segment> segments = new ArrayList<>();
    List<OpenInterval> open = new ArrayList<>();
    Map<UnitId, Instant> began = new HashMap<>();
    for (int unit = 1 + random.nextInt(6); unit > 0; unit--) {
      CardLife life = new CardLife(unit, random);
      began.put(life.card.unit(), life.now);
      for (int step = random.nextInt(60); step > 0; step--) {
        life.step();
      }
      segments.addAll(life.segments);
      open.add(life.card);
      open.addAll(life.slices);
    }
    return new Lives(segments, open, began);
  }

  /** A card that is cut into slices of any weights, made whole again, used, and not heard of. */
  private static final class CardLife {

    private final Random random;
    private final List<Segment> segments = new ArrayList<>();
    private final List<OpenInterval> slices = new ArrayList<>();
    private OpenInterval card;
    private Instant now;

    CardLife(int number, Random random) {
      this.random = random;
      now = START.plusSeconds(random.nextInt(200_000));
      Subject whole = subject(random);
      card = new OpenInterval(new UnitId(new UUID(0, number)), whole, occupancy(random), now);
      for (int slice = random.nextInt(4); slice > 0; slice--) {
        slices.add(
            new OpenInterval(
                new UnitId(new UUID(slice, number)), whole.weighing(0), occupancy(random), now));
      }
    }

    void step() {
      now = now.plusNanos(1000L * jump(random));
      Instant silent =
          random.nextInt(5) == 0
              ? now.minusSeconds(random.nextInt(10_000))
              : OpenInterval.NEVER_SILENT;
      int changed = random.nextInt(slices.size() + 2);
      if (changed < slices.size()) {
        OpenInterval slice = slices.get(changed);
        slices.set(changed, end(slice.become(slice.subject(), occupancy(random), now, silent)));
      } else if (changed == slices.size()) {
        card = end(card.become(card.subject(), occupancy(random), now, silent));
      } else {
        cut(silent);
      }
    }

    /** Some slices come, some go, some become others; the card may change in the same instant. */
    private void cut(Instant silent) {
      int left = card.subject().weight();
      List<Integer> which = new ArrayList<>();
      List<Change> changes = new ArrayList<>();
      for (int i = 0; i < slices.size(); i++) {
        OpenInterval slice = slices.get(i);
        left += slice.subject().weight();
        int weight = Math.min(left, WEIGHTS[random.nextInt(WEIGHTS.length)]);
        if (random.nextBoolean()) {
          weight = 0;
        }
        left -= weight;
        which.add(i);
        changes.add(new Change(slice, slice.subject().weighing(weight), occupancy(random)));
      }
      Change own =
          random.nextBoolean()
              ? Change.none(card)
              : new Change(card, card.subject(), occupancy(random));
      List<OpenInterval.Closed> closed = CutCard.become(own, changes, now, silent);
      card = end(closed.get(0));
      which.forEach(i -> slices.set(i, end(closed.get(i + 1))));
    }

    private OpenInterval end(OpenInterval.Closed closed) {
      segments.addAll(closed.segments());
      return closed.next();
    }
  }

  /** In microseconds: mostly on, now and then not at all, and now and then back. */
  private static long jump(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> 0;
      case 1 -> -random.nextLong(3_600_000_000L);
      case 2 -> random.nextLong(1_000);
      default -> random.nextLong(30_000_000_000L);
    };
  }

  private static Subject subject(Random random) {
    return new Subject(
        new HostName("host-" + random.nextInt(3)),
        PciId.parse(MODELS.get(random.nextInt(MODELS.size()))),
        Share.WHOLE,
        Optional.empty());
  }

  private static Occupancy occupancy(Random random) {
    LedgerState[] states = LedgerState.values();
    Optional<Charge> charge =
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(
                new Charge(
                    new ClaimId(new UUID(1, random.nextInt(9))),
                    ProjectPath.parse(PATHS.get(random.nextInt(PATHS.size()))),
                    "gpu"));
    return new Occupancy(states[random.nextInt(states.length)], charge);
  }

  private static Instant instant(Random random) {
    return START.plusNanos(1000L * (random.nextLong(2_000_000_000_000L) - 50_000_000_000L));
  }

  private static Grouping grouping(Random random) {
    List<Dimension> by = new ArrayList<>();
    for (Dimension dimension : Dimension.values()) {
      if (random.nextBoolean()) {
        by.add(dimension);
      }
    }
    Bucket[] buckets = Bucket.values();
    int bucket = random.nextInt(buckets.length + 1);
    return new Grouping(
        by, bucket == buckets.length ? Optional.empty() : Optional.of(buckets[bucket]));
  }

  private interface Claim {
    void holds(Random random, Lives lives, String where);
  }

  private static void inManyLives(Claim claim) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      claim.holds(random, lives(random), "seed " + seed + " round " + round);
    }
  }

  private static Period period(Instant one, Instant other) {
    return one.isBefore(other) ? new Period(one, other) : new Period(other, one);
  }

  @Test
  void statesOfEveryPeriodAddUpToTheUnitsTimeInIt() {
    inManyLives(
        (random, lives, where) -> {
          Period period = period(instant(random), instant(random).plusNanos(1000));
          UsageReport report = lives.report(period, grouping(random));
          assertTrue(lives.conservation(period).holdsFor(report), where);
          assertEquals(
              report.total(),
              report.rows().stream()
                  .map(UsageReport.Row::time)
                  .reduce(DeviceTime.ZERO, DeviceTime::plus),
              where);
        });
  }

  /** Promised of every period, so also of the shortest: at each instant. */
  @Test
  void aCardAndItsSlicesAreOneDeviceAtEveryInstant() {
    inManyLives(
        (random, lives, where) -> {
          List<Instant> edges = new ArrayList<>();
          lives.segments().forEach(segment -> edges.addAll(List.of(segment.from(), segment.to())));
          for (Instant edge : edges) {
            Period shortest = new Period(edge, edge.plusNanos(1000));
            UsageReport report = lives.report(shortest, Grouping.parse("state"));
            assertTrue(lives.conservation(shortest).holdsFor(report), where + " at " + edge);
          }
        });
  }

  @Test
  void aLostSegmentAndOneCountedTwiceAreBothFound() {
    inManyLives(
        (random, lives, where) -> {
          List<Segment> weighed =
              lives.segments().stream().filter(each -> each.subject().weight() > 0).toList();
          if (weighed.isEmpty()) {
            return;
          }
          Period all = new Period(START, START.plusSeconds(10_000_000));
          Segment victim = weighed.get(random.nextInt(weighed.size()));
          List<Segment> twice = new ArrayList<>(lives.segments());
          twice.add(victim);
          List<Segment> lost = new ArrayList<>(lives.segments());
          lost.remove(victim);
          for (List<Segment> segments : List.of(twice, lost)) {
            Lives broken = new Lives(segments, lives.open(), lives.began());
            UsageReport report = broken.report(all, Grouping.parse("state"));
            assertFalse(broken.conservation(all).holdsFor(report), where);
          }
        });
  }

  @Test
  void tenantsRowsAddUpToTheTimeInTenantsHands() {
    inManyLives(
        (random, lives, where) -> {
          Period all = new Period(START, START.plusSeconds(10_000_000));
          DeviceTime byProject =
              lives.report(all, Grouping.parse("project,host")).rows().stream()
                  .filter(row -> row.values().get(0).isPresent())
                  .map(UsageReport.Row::time)
                  .reduce(DeviceTime.ZERO, DeviceTime::plus);
          DeviceTime held = DeviceTime.ZERO;
          List<Segment> everything = new ArrayList<>(lives.segments());
          lives
              .open()
              .forEach(o -> everything.addAll(o.until(all.to(), OpenInterval.NEVER_SILENT)));
          for (Segment segment : everything) {
            if (segment.occupancy().charge().isPresent()) {
              held =
                  held.plus(
                      DeviceTime.of(
                          Duration.between(segment.from(), segment.to()),
                          segment.subject().weight()));
            }
          }
          assertEquals(held, byProject, where);
        });
  }

  @Test
  void aReportOverTwoPeriodsIsTheSumOfTheirReports() {
    inManyLives(
        (random, lives, where) -> {
          List<Instant> at = new ArrayList<>(List.of(instant(random), instant(random)));
          at.add(at.get(1).plusNanos(1000L + 1000L * random.nextInt(1_000_000_000)));
          at.sort(null);
          if (at.get(0).equals(at.get(1)) || at.get(1).equals(at.get(2))) {
            return;
          }
          Grouping grouping = grouping(random);
          Map<List<Object>, DeviceTime> parts = new HashMap<>();
          for (int i = 0; i < 2; i++) {
            rows(lives.report(new Period(at.get(i), at.get(i + 1)), grouping))
                .forEach((key, time) -> parts.merge(key, time, DeviceTime::plus));
          }
          assertEquals(
              rows(lives.report(new Period(at.get(0), at.get(2)), grouping)), parts, where);
        });
  }

  @Test
  void cuttingByTheCalendarChangesNoSum() {
    inManyLives(
        (random, lives, where) -> {
          Period period = period(instant(random), instant(random).plusNanos(1000));
          SortedMap<String, DeviceTime> whole =
              lives.report(period, Grouping.parse("project")).states();
          for (String cut : List.of("project,hour", "day", "month,state")) {
            assertEquals(whole, lives.report(period, Grouping.parse(cut)).states(), where);
          }
        });
  }

  @Test
  void whatWasAddedUpBeforeCountsLikeItsParts() {
    Period day = new Period(START, START.plusSeconds(86_400));
    Traits traits =
        new Traits(
            Optional.of("p1"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "READY");
    UsageTally parts = new UsageTally(day, Grouping.parse("project"));
    parts.add(traits, START.plusSeconds(1), START.plusSeconds(3), 2520);
    UsageTally whole = new UsageTally(day, Grouping.parse("project"));
    whole.add(Optional.empty(), traits, DeviceTime.of(BigInteger.valueOf(1_000_000), 5040));
    assertEquals(whole.report(), parts.report());
    assertEquals(1, whole.size());
  }

  private static Map<List<Object>, DeviceTime> rows(UsageReport report) {
    Map<List<Object>, DeviceTime> rows = new HashMap<>();
    report.rows().forEach(row -> rows.put(List.of(row.bucket(), row.values()), row.time()));
    return rows;
  }
}
