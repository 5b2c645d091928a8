package ostler.allocator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.inventory.WipeLevel;

final class AvailabilityTest {

  private static final HostStanding UP = new HostStanding(Samples.HOST, Optional.empty(), false);

  private static Optional<Code> why(Unit unit, HostStanding host, WipeLevel level) {
    return Availability.objection(unit, host, level).map(Reason::code);
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
                UP,
                WipeLevel.L3)
            .orElseThrow()
            .message();
    assertTrue(said.contains(Samples.UNIT.toString()), said);
    assertTrue(said.contains("domain vm-9"), said);
    assertTrue(said.contains("adopt"), said);
  }
}
