package ostler.allocator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.inventory.ProjectId;
import ostler.inventory.WipeLevel;

final class AvailabilityTest {

  private static final HostStanding UP = new HostStanding(Samples.HOST, Optional.empty(), false);

  private static Optional<Code> why(Unit unit, HostStanding host, WipeLevel level) {
    return Availability.objection(unit, Optional.empty(), host, level).map(Reason::code);
  }

  private static Optional<Code> why(Unit unit) {
    return why(unit, UP, WipeLevel.L3);
  }

  @Test
  void onlyACleanUnitWithEverythingInOrderIsAvailable() {
    for (UnitState state : UnitState.values()) {
      assertEquals(state == UnitState.CLEAN, why(Samples.in(state)).isEmpty(), state.name());
    }
  }

  @Test
  void eachStateThatIsNotCleanHasItsOwnReason() {
    assertEquals(Optional.of(Code.UNMANAGED), why(Samples.in(UnitState.UNMANAGED)));
    assertEquals(Optional.of(Code.DIRTY), why(Samples.in(UnitState.DIRTY)));
    assertEquals(Optional.of(Code.CLEANING), why(Samples.in(UnitState.CLEANING)));
    for (UnitState state : UnitState.values()) {
      if (state.isClaimed()) {
        assertEquals(Optional.of(Code.CLAIMED), why(Samples.in(state)), state.name());
      }
    }
  }

  @Test
  void aHostThatIsSilentOrCordonedHasNothingAvailable() {
    Unit clean = Samples.in(UnitState.CLEAN);
    assertEquals(
        Optional.of(Code.HOST_SILENT),
        why(clean, new HostStanding(Samples.HOST, Optional.empty(), true), WipeLevel.L3));
    assertEquals(
        Optional.of(Code.HOST_CORDONED),
        why(
            clean,
            new HostStanding(Samples.HOST, Optional.of(Code.HOST_CORDONED), false),
            WipeLevel.L3));
  }

  @Test
  void whoDemandsMoreThanWasReachedIsToldSo() {
    Unit clean = Samples.in(UnitState.CLEAN);
    assertEquals(Optional.of(Code.LEVEL_TOO_LOW), why(clean, UP, WipeLevel.L4));
    assertEquals(Optional.empty(), why(clean, UP, WipeLevel.L1));
  }

  @Test
  void quarantineIsSaidBeforeDirt() {
    Unit dirty = Samples.in(UnitState.DIRTY);
    Unit kept =
        dirty.with(
            dirty
                .standing()
                .with(
                    Optional.of(
                        new Quarantine(Code.WIPE_FAILED, "3 tries", "allocator", Samples.NOW))));
    assertEquals(Optional.of(Code.QUARANTINED), why(kept));
  }

  @Test
  void aSentenceNamesTheUnitTheHolderAndWhatToDo() {
    Unit held = Samples.in(UnitState.CLEAN).with(Samples.heldBy("vm-9"));
    String said =
        Availability.objection(
                held.with(
                    new Observed(
                        held.observed().fence(),
                        held.observed().phase(),
                        true,
                        true,
                        held.observed().holders(),
                        true,
                        Optional.empty())),
                Optional.empty(),
                UP,
                WipeLevel.L3)
            .orElseThrow()
            .message();
    assertTrue(said.contains(Samples.UNIT.toString()), said);
    assertTrue(said.contains("domain vm-9"), said);
    assertTrue(said.contains("adopt"), said);
  }

  private static Optional<Code> whySlice(Unit parent) {
    return Availability.objection(Samples.slice(UnitState.CLEAN), Optional.of(parent))
        .map(Reason::code);
  }

  @Test
  void aSliceIsToBeHadOnlyWhileItsParentServesAndIsFitForIt() {
    Unit serving = Samples.parent(Cut.by(Samples.LAYOUT));
    assertEquals(Optional.empty(), whySlice(serving));
    assertEquals(
        Optional.of(Code.PARENT_NOT_SLICED), whySlice(serving.with(serving.cut().beingEmptied())));
    for (UnitState state : UnitState.values()) {
      if (state != UnitState.SLICED) {
        assertEquals(Optional.of(Code.PARENT_NOT_SLICED), whySlice(Samples.in(state)));
      }
    }
    Standing standing = serving.standing();
    assertEquals(
        Optional.of(Code.MISSING), whySlice(serving.with(standing.with(Presence.MISSING))));
    assertEquals(
        Optional.of(Code.DRAINING),
        whySlice(serving.with(standing.with(AdminState.DRAINING, "old"))));
    assertEquals(
        Optional.of(Code.QUARANTINED),
        whySlice(
            serving.with(
                standing.with(
                    Optional.of(new Quarantine(Code.OPERATOR, "odd", "me", Samples.NOW))))));
  }

  @Test
  void aParentServesOneProjectUnlessItIsShared() {
    Unit slice = Samples.slice(UnitState.CLEAN);
    ProjectId one = new ProjectId("one");
    ProjectId other = new ProjectId("other");
    Unit fresh = Samples.parent(Cut.by(Samples.LAYOUT));
    assertEquals(Optional.empty(), Availability.objection(slice, fresh, other));
    Unit served = fresh.with(fresh.cut().serving(one));
    assertEquals(Optional.empty(), Availability.objection(slice, served, one));
    assertEquals(
        Code.PARENT_TAKEN, Availability.objection(slice, served, other).orElseThrow().code());
    Unit shared = fresh.with(new Cut(Optional.empty(), true, 0, false).serving(one));
    assertEquals(Optional.empty(), Availability.objection(slice, shared, other));
  }

  @Test
  void whoKnowsMachinesAloneTakesForFreeWhatNoMachineHas() {
    for (UnitState state : UnitState.values()) {
      boolean free =
          switch (state) {
            case DIRTY, CLEANING, CLEAN, RELEASING -> true;
            case UNMANAGED, SLICED, PREPARING, READY, IN_USE -> false;
          };
      assertEquals(free, Availability.seemsFree(Samples.in(state)), state.name());
    }
  }

  @Test
  void whatIsGoneOrRetiredDoesNotSeemFreeAndWhatIsInQuarantineDoes() {
    Unit dirty = Samples.in(UnitState.DIRTY);
    assertFalse(Availability.seemsFree(dirty.with(dirty.standing().with(Presence.MISSING))));
    assertFalse(
        Availability.seemsFree(dirty.with(dirty.standing().with(AdminState.RETIRED, "old"))));
    assertTrue(Availability.seemsFree(dirty.with(dirty.standing().with(Presence.WEDGED))));
    assertTrue(
        Availability.seemsFree(
            dirty.with(dirty.standing().with(new Abandoned(Optional.of(Samples.BOOT))))),
        "what was taken without proof is still in its slot");
  }
}
