package ostler.allocator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.ReportReading.Cue;
import ostler.inventory.Fence;
import ostler.inventory.UnitPhase;
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
