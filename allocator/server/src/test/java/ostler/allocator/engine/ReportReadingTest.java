package ostler.allocator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.ReportReading.Cue;
import ostler.inventory.Fence;
import ostler.inventory.Holder;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitProblem;
import ostler.inventory.UnitReport;

final class ReportReadingTest {

  private static UnitReport report(Fence fence, UnitPhase phase) {
    return new UnitReport(
        Samples.UNIT, fence, phase, true, true, List.of(), true, Optional.empty());
  }

  private static List<UnitEvent> answers(Unit unit, Fence fence, UnitPhase phase) {
    return ReportReading.answers(unit, report(fence, phase)).stream().map(Cue::event).toList();
  }

  /** Every state, every phase, and the fences before, at and after the newest. */
  @Test
  void onlyAnAnswerToTheNewestOrderMovesAUnit() {
    for (UnitState state : UnitState.values()) {
      for (UnitPhase phase : UnitPhase.values()) {
        Unit unit = Samples.in(state);
        assertEquals(List.of(), answers(unit, new Fence(1, 6), phase), state + " " + phase);
        assertEquals(List.of(), answers(unit, new Fence(1, 8), phase), state + " " + phase);
        assertEquals(List.of(), answers(unit, new Fence(2, 7), phase), state + " " + phase);
      }
    }
  }

  @Test
  void nothingButReleasedFreesAUnit() {
    for (UnitState state : UnitState.values()) {
      for (UnitPhase phase : UnitPhase.values()) {
        boolean frees =
            answers(Samples.in(state), Samples.FENCE, phase).contains(UnitEvent.RELEASED);
        assertEquals(
            state == UnitState.RELEASING && phase == UnitPhase.RELEASED,
            frees,
            state + " " + phase);
      }
    }
  }

  /** Its host can have it for another claim only after the first one had given it back. */
  @Test
  void aReleaseIsOverWhereTheHostHasTheUnitForAnotherClaimAndNothingElseIs() {
    for (UnitState state : UnitState.values()) {
      for (Fence fence : List.of(Samples.FENCE, new Fence(1, 6), new Fence(1, 8))) {
        UnitReport kept = keptForAnother(fence);
        boolean over = state == UnitState.RELEASING && fence.equals(Samples.FENCE);
        assertEquals(
            over ? List.of(UnitEvent.RELEASED) : List.of(),
            ReportReading.answers(Samples.in(state), kept).stream().map(Cue::event).toList(),
            state + " " + fence);
      }
    }
  }

  /** Else its host would be told in turn to bind it and to give it back, without end. */
  @Test
  void whatCannotBeGivenBackToItsHostIsNotKeptForItsLastClaim() {
    for (boolean leaving : List.of(true, false)) {
      Unit unit = failed(Samples.in(UnitState.DIRTY));
      assertEquals(
          !leaving, ReportReading.isKeptForLastClaim(leaving ? Samples.leaving(unit) : unit));
    }
  }

  private static Unit failed(Unit unit) {
    return new Unit(
        unit.id(),
        unit.host(),
        unit.model(),
        unit.state(),
        unit.since(),
        unit.generation(),
        unit.fence(),
        unit.standing(),
        unit.cleaning(),
        unit.claim(),
        Optional.of(Samples.CLAIM),
        unit.cause(),
        Samples.heldBy("vm-1"));
  }

  private static UnitReport keptForAnother(Fence fence) {
    UnitProblem problem = new UnitProblem("PERMITTED", "it is another's", 0);
    return new UnitReport(
        Samples.UNIT, fence, UnitPhase.IN_USE, true, false, List.of(), true, Optional.of(problem));
  }

  @Test
  void aHostHearsAnewOfAUnitThatItComesToKeepForAnotherOrNoLongerKeeps() {
    Unit free = released();
    Unit kept = free.with(Observed.of(keptForAnother(Samples.FENCE)));
    assertTrue(ReportReading.changesOrders(free, kept));
    assertTrue(ReportReading.changesOrders(kept, free));
    assertFalse(ReportReading.changesOrders(free, free));
    for (UnitPhase underWay : List.of(UnitPhase.RELEASING, UnitPhase.FAILED)) {
      Unit later = free.with(Observed.of(report(Samples.FENCE, underWay)));
      assertFalse(ReportReading.changesOrders(kept, later), underWay.name());
    }
  }

  @Test
  void whatFollowsATakingBackComesUnderAFenceOfItsOwn() {
    Unit free = released();
    Unit kept = free.with(Observed.of(keptForAnother(Samples.FENCE)));
    assertEquals(
        Optional.of(UnitEvent.REORDER), ReportReading.takenBack(kept, free).map(Cue::event));
    assertEquals(Optional.empty(), ReportReading.takenBack(free, kept));
    assertEquals(Optional.empty(), ReportReading.takenBack(kept, kept));
  }

  private static Unit released() {
    return Lifecycle.apply(
            Samples.in(UnitState.RELEASING), UnitEvent.RELEASED, Samples.particulars())
        .orElseThrow();
  }

  @Test
  void everyAnswerIsAStepThatTheLifeAllows() {
    for (UnitState state : UnitState.values()) {
      for (UnitPhase phase : UnitPhase.values()) {
        Unit unit =
            state == UnitState.DIRTY ? Samples.leaving(Samples.in(state)) : Samples.in(state);
        for (UnitEvent event : answers(unit, Samples.FENCE, phase)) {
          unit = Lifecycle.apply(unit, event, Samples.particulars()).orElseThrow();
        }
      }
    }
  }

  @Test
  void aTenantSeenAtOnceWasLetInFirst() {
    assertEquals(
        List.of(UnitEvent.PREPARED, UnitEvent.HELD),
        answers(Samples.in(UnitState.PREPARING), Samples.FENCE, UnitPhase.IN_USE));
  }

  @Test
  void aHolderThatIsGoneLeavesTheClaim() {
    assertEquals(
        List.of(UnitEvent.LET_GO),
        answers(Samples.in(UnitState.IN_USE), Samples.FENCE, UnitPhase.READY));
  }

  @Test
  void aCertificateHoldsOnlyWhileNothingHappened() {
    Unit clean = Samples.in(UnitState.CLEAN);
    assertEquals(Optional.empty(), ReportReading.voided(clean, false));
    assertEquals(Optional.of(Code.REBOOTED), cause(ReportReading.voided(clean, true)));
    assertEquals(
        Optional.of(Code.VANISHED),
        cause(ReportReading.voided(clean.with(clean.standing().with(Presence.MISSING)), false)));
    assertEquals(
        Optional.of(Code.GROUP_CHANGED),
        cause(ReportReading.voided(clean.with(clean.standing().withGroupWhole(false)), false)));
    assertEquals(
        Optional.of(Code.DRIVER_CHANGED),
        cause(ReportReading.voided(clean.with(Samples.seen(false, false, true)), false)));
    assertEquals(
        Optional.of(Code.GUARD_LOST),
        cause(ReportReading.voided(clean.with(Samples.seen(true, false, true)), false)));
  }

  @Test
  void aSliceThatItsWipeMadeIsMissedOnlyByAHostThatHasTheNextOrder() {
    Observed without = Samples.seen(false, false, true);
    Unit slice = Samples.slice(UnitState.CLEAN).with(without);
    assertEquals(Optional.of(Code.DRIVER_CHANGED), cause(ReportReading.voided(slice, false)));
    Observed before =
        new Observed(
            Optional.of(new Fence(1, 1)),
            without.phase(),
            false,
            false,
            List.of(),
            true,
            Optional.empty());
    assertEquals(Optional.empty(), ReportReading.voided(slice.with(before), false));
  }

  @Test
  void aMigInstanceIsCleanOnlyWhileItsHostSeesThatNobodyUsesIt() {
    Unit clean = Samples.instance(UnitState.CLEAN);
    Observed unused = Samples.seen(true, false, true);
    assertEquals(Optional.empty(), ReportReading.voided(clean.with(unused), false));
    assertEquals(
        Optional.of(Code.UNWATCHED),
        cause(ReportReading.voided(clean.with(Samples.seen(true, false, false)), false)));
    assertEquals(
        Optional.of(Code.UNWATCHED),
        cause(ReportReading.voided(clean.with(Samples.seen(false, false, false)), false)));
    Observed used =
        new Observed(
            unused.fence(),
            unused.phase(),
            true,
            false,
            List.of(new Holder(Holder.Kind.PROCESS, "4711", "python3")),
            true,
            Optional.empty());
    assertEquals(Optional.of(Code.HELD), cause(ReportReading.voided(clean.with(used), false)));
    assertEquals(
        Optional.of(Code.DRIVER_CHANGED),
        cause(ReportReading.voided(clean.with(Samples.seen(false, false, true)), false)));
  }

  @Test
  void aClaimedUnitKeepsItsClaimThroughARestartOfItsHost() {
    for (UnitState state : UnitState.values()) {
      if (state.isClaimed()) {
        assertEquals(Optional.empty(), ReportReading.voided(Samples.in(state), true));
      }
    }
  }

  @Test
  void anAnswerToAnOldOrderIsNotedTheFirstTimeOnly() {
    Unit unit = Samples.in(UnitState.RELEASING);
    UnitReport old = report(new Fence(1, 6), UnitPhase.RELEASED);
    assertTrue(ReportReading.isStaleAnswer(unit, old));
    assertFalse(ReportReading.isStaleAnswer(unit.with(Observed.of(old)), old));
    assertFalse(ReportReading.isStaleAnswer(unit, report(new Fence(1, 6), UnitPhase.RESTING)));
    assertFalse(ReportReading.isStaleAnswer(unit, report(Samples.FENCE, UnitPhase.RELEASED)));
  }

  private static Optional<Code> cause(Optional<Cue> cue) {
    return cue.flatMap(Cue::cause).map(Reason::code);
  }
}
