package ostler.allocator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.inventory.BootId;
import ostler.inventory.Fence;

final class LifecycleTest {

  /** The whole life, written down a second time: state, event, and where it leads. */
  private static final String LIFE =
      """
      UNMANAGED  ADMIT        DIRTY
      DIRTY      ADOPT        IN_USE
      DIRTY      ORDER_CLEAN  CLEANING
      DIRTY      RETURN       DIRTY
      DIRTY      FORGET       DIRTY
      DIRTY      GIVEN_BACK   UNMANAGED
      CLEANING   WIPED        CLEAN
      CLEANING   WIPE_FAILED  DIRTY
      CLEANING   VOID         DIRTY
      CLEANING   RETURN       DIRTY
      CLEANING   FORGET       DIRTY
      CLEAN      CLAIM        PREPARING
      CLEAN      ORDER_CLEAN  CLEANING
      CLEAN      VOID         DIRTY
      CLEAN      RETURN       DIRTY
      CLEAN      FORGET       DIRTY
      CLEAN      SLICE        SLICED
      DIRTY      SEEN_SLICED  SLICED
      SLICED     UNSLICE      DIRTY
      SLICED     RETURN       SLICED
      SLICED     REORDER      SLICED
      PREPARING  PREPARED     READY
      PREPARING  RELEASE      RELEASING
      PREPARING  ABANDON      DIRTY
      READY      HELD         IN_USE
      READY      RELEASE      RELEASING
      READY      ABANDON      DIRTY
      IN_USE     LET_GO       READY
      IN_USE     RELEASE      RELEASING
      IN_USE     ABANDON      DIRTY
      RELEASING  RELEASED     DIRTY
      RELEASING  ABANDON      DIRTY
      DIRTY      REORDER      DIRTY
      PREPARING  REORDER      PREPARING
      READY      REORDER      READY
      IN_USE     REORDER      IN_USE
      RELEASING  REORDER      RELEASING
      """;

  private static Map<String, UnitState> life() {
    Map<String, UnitState> life = new TreeMap<>();
    LIFE.lines()
        .map(line -> line.trim().split(" +"))
        .forEach(row -> life.put(row[0] + " " + row[1], UnitState.valueOf(row[2])));
    return life;
  }

  private static Unit ready(UnitState state, UnitEvent event) {
    Unit unit = Samples.in(state);
    return switch (event) {
      case GIVEN_BACK -> Samples.leaving(unit);
      case UNSLICE -> state == UnitState.SLICED ? unit.with(unit.cut().beingEmptied()) : unit;
      default -> unit;
    };
  }

  @Test
  void everyPairOfStateAndEventLeadsWhereTheLifeSaysOrIsRefused() {
    Map<String, UnitState> life = life();
    for (UnitState state : UnitState.values()) {
      for (UnitEvent event : UnitEvent.values()) {
        String pair = state + " " + event;
        Outcome<Unit> outcome = Lifecycle.apply(ready(state, event), event, Samples.particulars());
        if (life.containsKey(pair)) {
          assertEquals(life.get(pair), outcome.orElseThrow().state(), pair);
        } else {
          assertInstanceOf(Outcome.Refused.class, outcome, pair);
          assertEquals(
              Code.WRONG_STATE,
              Lifecycle.objection(ready(state, event), event).orElseThrow().code(),
              pair);
        }
      }
    }
    assertEquals(life.size(), Lifecycle.TABLE.size());
  }

  @Test
  void noPairHasTwoRows() {
    Set<String> pairs = new HashSet<>();
    Lifecycle.TABLE.forEach(row -> assertTrue(pairs.add(row.from() + " " + row.on())));
  }

  @Test
  void everyGuardThatARowNamesCanRefuseIt() {
    for (Transition row : Lifecycle.TABLE) {
      for (Guard guard : row.needs()) {
        Unit spoilt = spoil(ready(row.from(), row.on()), guard);
        Outcome<Unit> outcome = Lifecycle.apply(spoilt, row.on(), Samples.particulars());
        assertInstanceOf(
            Outcome.Refused.class, outcome, row.from() + " " + row.on() + " despite " + guard);
      }
    }
  }

  private static Unit spoil(Unit unit, Guard guard) {
    Standing standing = unit.standing();
    return switch (guard) {
      case STAYING -> Samples.leaving(unit);
      case LEAVING -> unit.with(standing.withLeaving(false));
      case NOT_A_SLICE -> Samples.slice(unit.state());
      case EMPTYING -> unit.with(Cut.NONE);
      case FOUND_AGAIN -> unit.with(standing.with(new Abandoned(Optional.of(Samples.BOOT))));
      case PRESENT -> unit.with(standing.with(Presence.MISSING));
      case WHOLE -> unit.with(standing.withGroupWhole(false));
      case NOT_RETIRED -> unit.with(standing.with(AdminState.RETIRED, "old"));
      case ENABLED -> unit.with(standing.with(AdminState.CORDONED, "later"));
      case UNQUARANTINED ->
          unit.with(
              standing.with(Optional.of(new Quarantine(Code.OPERATOR, "odd", "me", Samples.NOW))));
      case HEALTHY ->
          unit.with(
              new Standing(
                  standing.presence(),
                  true,
                  standing.admin(),
                  "",
                  Health.FAILED,
                  Optional.empty(),
                  standing.leaving(),
                  Optional.empty()));
      case BOUND -> unit.with(Samples.seen(false, true, true));
      case GUARDED -> unit.with(Samples.seen(true, false, true));
      case UNHELD -> unit.with(Samples.seen(true, true, false));
    };
  }

  @Test
  void theOnlyWayToAClaimIsThroughAnAcceptedWipe() {
    List<UnitState> claimed =
        Lifecycle.TABLE.stream()
            .filter(row -> row.on() == UnitEvent.CLAIM)
            .map(Transition::from)
            .toList();
    assertEquals(List.of(UnitState.CLEAN), claimed);
    List<UnitEvent> cleaned =
        Lifecycle.TABLE.stream()
            .filter(row -> row.to() == UnitState.CLEAN)
            .map(Transition::on)
            .toList();
    assertEquals(List.of(UnitEvent.WIPED), cleaned);
  }

  @Test
  void outOfAClaimLeadsOnlyWhatTheHostConfirmedOrAnAbandonmentThatKeepsTheUnitFromAll() {
    Lifecycle.TABLE.stream()
        .filter(row -> row.from().isClaimed() && !row.to().isClaimed())
        .filter(row -> row.on() != UnitEvent.ABANDON)
        .forEach(
            row -> {
              assertEquals(UnitState.RELEASING, row.from());
              assertEquals(UnitEvent.RELEASED, row.on());
            });
    for (UnitState state : UnitState.values()) {
      if (state.isClaimed()) {
        Unit abandoned =
            Lifecycle.apply(Samples.in(state), UnitEvent.ABANDON, Samples.particulars())
                .orElseThrow();
        assertEquals(Presence.MISSING, abandoned.standing().presence());
        for (UnitEvent event : List.of(UnitEvent.ORDER_CLEAN, UnitEvent.ADOPT, UnitEvent.FORGET)) {
          assertEquals(Code.ABANDONED, Lifecycle.objection(abandoned, event).orElseThrow().code());
        }
      }
    }
  }

  @Test
  void anAbandonedUnitIsFoundAgainOnlyInAnotherBoot() {
    Unit abandoned =
        Lifecycle.apply(Samples.in(UnitState.IN_USE), UnitEvent.ABANDON, Samples.particulars())
            .orElseThrow();
    BootId next = new BootId(new UUID(0, 2));
    Unit same = ReportReading.inBoot(seenPresent(abandoned), Samples.BOOT);
    assertEquals(Presence.MISSING, same.standing().presence());
    assertEquals(
        Code.ABANDONED, Lifecycle.objection(same, UnitEvent.ORDER_CLEAN).orElseThrow().code());
    Unit other = ReportReading.inBoot(seenPresent(abandoned), next);
    assertEquals(Presence.PRESENT, other.standing().presence());
    assertEquals(Optional.empty(), Lifecycle.objection(other, UnitEvent.ORDER_CLEAN));

    Unit unheard =
        Lifecycle.apply(
                Samples.in(UnitState.IN_USE),
                UnitEvent.ABANDON,
                Samples.particulars().in(Optional.empty()))
            .orElseThrow();
    Unit first = ReportReading.inBoot(seenPresent(unheard), Samples.BOOT);
    assertEquals(Presence.MISSING, first.standing().presence());
    assertEquals(
        Presence.PRESENT, ReportReading.inBoot(seenPresent(first), next).standing().presence());
  }

  private static Unit seenPresent(Unit unit) {
    return unit.with(unit.standing().with(Presence.PRESENT));
  }

  @Test
  void whatTellsTheHostSomethingNewTakesANewFence() {
    Unit clean = Samples.in(UnitState.CLEAN);
    Unit claimed = Lifecycle.apply(clean, UnitEvent.CLAIM, Samples.particulars()).orElseThrow();
    assertEquals(new Fence(1, 8), claimed.fence());
    Unit ready =
        Lifecycle.apply(
                claimed,
                UnitEvent.PREPARED,
                Particulars.at(
                    Samples.NOW,
                    () -> {
                      throw new AssertionError("nothing new was ordered");
                    }))
            .orElseThrow();
    assertEquals(claimed.fence(), ready.fence());
  }

  @Test
  void aReleasedUnitRemembersItsClaimAndHasNoCertificate() {
    Unit released =
        Lifecycle.apply(Samples.in(UnitState.RELEASING), UnitEvent.RELEASED, Samples.particulars())
            .orElseThrow();
    assertEquals(Optional.of(Samples.CLAIM), released.lastClaim());
    assertEquals(Optional.empty(), released.claim());
    assertEquals(Optional.empty(), released.cleaning().certificate());
    assertEquals(Code.OPERATOR, released.cause().orElseThrow().code());
  }

  @Test
  void aTryThatCameToNothingIsCountedAndASuccessForgetsIt() {
    Unit once =
        Lifecycle.apply(
                Samples.in(UnitState.CLEANING), UnitEvent.WIPE_FAILED, Samples.particulars())
            .orElseThrow();
    assertEquals(1, once.cleaning().attempts());
    Unit again = Lifecycle.apply(once, UnitEvent.ORDER_CLEAN, Samples.particulars()).orElseThrow();
    assertEquals(1, again.cleaning().attempts());
    Unit clean = Lifecycle.apply(again, UnitEvent.WIPED, Samples.particulars()).orElseThrow();
    assertEquals(0, clean.cleaning().attempts());
  }

  @Test
  void returningAUnitEndsQuarantineRetirementAndLeaving() {
    Unit spoilt = Samples.leaving(Samples.in(UnitState.CLEAN));
    spoilt = spoilt.with(spoilt.standing().with(AdminState.RETIRED, "old"));
    spoilt =
        spoilt.with(
            spoilt
                .standing()
                .with(Optional.of(new Quarantine(Code.OPERATOR, "odd", "me", Samples.NOW))));
    Unit back = Lifecycle.apply(spoilt, UnitEvent.RETURN, Samples.particulars()).orElseThrow();
    assertEquals(UnitState.DIRTY, back.state());
    assertEquals(Standing.NEW, back.standing());
    assertEquals(Optional.empty(), back.cleaning().certificate());
  }

  @Test
  void aClockThatWasSetBackDoesNotMakeAUnitsTimeRunBackwards() {
    Unit unit = Samples.in(UnitState.CLEAN);
    Particulars early =
        Particulars.at(unit.since().minusSeconds(10), () -> new Fence(1, 8)).with(Samples.CLAIM);
    Unit after = Lifecycle.apply(unit, UnitEvent.CLAIM, early).orElseThrow();
    assertEquals(unit.since(), after.since());
  }

  /** Whatever happens in whatever order, the promises hold after every step. */
  @Test
  void noSequenceOfEventsBreaksAPromise() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    UnitEvent[] events = UnitEvent.values();
    List<String> story = new ArrayList<>();
    Unit unit = Samples.in(UnitState.UNMANAGED);
    boolean wipedSinceTenant = false;
    long number = 100;
    for (int i = 0; i < 20_000; i++) {
      UnitEvent event = events[random.nextInt(events.length)];
      long next = ++number;
      Particulars particulars =
          new Particulars(
              Samples.NOW.plusSeconds(i),
              () -> new Fence(1, next),
              Optional.empty(),
              Optional.of(Samples.ORDER),
              Optional.of(Samples.CERTIFICATE),
              Optional.of(Samples.CLAIM),
              Optional.of(Samples.BOOT),
              Optional.of(Samples.LAYOUT));
      Outcome<Unit> outcome = Lifecycle.apply(unit, event, particulars);
      if (outcome instanceof Outcome.Done<Unit> done) {
        story.add(unit.state() + " " + event);
        String told =
            "seed " + seed + " " + story.subList(Math.max(0, story.size() - 9), story.size());
        wipedSinceTenant |= event == UnitEvent.WIPED;
        if (event == UnitEvent.CLAIM) {
          assertTrue(wipedSinceTenant, told);
        }
        if (done.value().state().isClaimed() || event == UnitEvent.VOID) {
          wipedSinceTenant = false;
        }
        assertFalse(done.value().fence().isOlderThan(unit.fence()), told);
        unit = done.value();
      }
    }
    assertNotEquals(0, story.size());
  }
}
