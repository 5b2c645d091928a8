package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.AdminState;
import ostler.allocator.engine.Cleaning;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Observed;
import ostler.allocator.engine.Presence;
import ostler.allocator.engine.Quarantine;
import ostler.allocator.engine.Standing;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.flavor.UnitModel;
import ostler.inventory.Fence;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitProblem;

final class UnitDeskTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static Observed seen(Optional<UnitProblem> problem) {
    return new Observed(
        Optional.of(new Fence(1, 7)),
        Optional.of(UnitPhase.RESTING),
        true,
        true,
        List.of(),
        true,
        problem);
  }

  private static UnitProblem problem(String code) {
    return new UnitProblem(code, "it is as it is", 0);
  }

  private static Unit in(UnitState state) {
    return new Unit(
        new UnitId(new UUID(0, 1)),
        new HostName("gpu-1"),
        UnitModel.parse("1002:5046/0x030000"),
        state,
        NOW,
        3,
        new Fence(1, 7),
        Standing.NEW,
        Cleaning.NEVER,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        seen(Optional.empty()));
  }

  @Test
  void aDirtyUnitIsCleanedByItselfAndNoOther() {
    for (UnitState state : List.of(UnitState.UNMANAGED, UnitState.DIRTY)) {
      assertTrue(
          UnitDesk.mayBeCleanedByItself(in(state)) == (state == UnitState.DIRTY), state.name());
    }
  }

  @Test
  void aUnitThatItsHostKeepsForAnotherClaimIsNotCleanedByItself() {
    Unit dirty = in(UnitState.DIRTY);
    assertFalse(UnitDesk.mayBeCleanedByItself(dirty.with(seen(Optional.of(problem("PERMITTED"))))));
    assertTrue(UnitDesk.mayBeCleanedByItself(dirty.with(seen(Optional.of(problem("LOCKED"))))));
  }

  @Test
  void whatAnOperatorPutAwayAndWhatIsNotThereIsNotCleanedByItself() {
    Unit dirty = in(UnitState.DIRTY);
    Standing standing = dirty.standing();
    for (AdminState admin : AdminState.values()) {
      assertTrue(
          UnitDesk.mayBeCleanedByItself(dirty.with(standing.with(admin, "so")))
              == (admin == AdminState.ENABLED),
          admin.name());
    }
    Quarantine quarantine = new Quarantine(Code.OPERATOR, "to look at it", "test", NOW);
    assertFalse(UnitDesk.mayBeCleanedByItself(dirty.with(standing.with(Optional.of(quarantine)))));
    assertFalse(UnitDesk.mayBeCleanedByItself(dirty.with(standing.with(Presence.MISSING))));
    assertFalse(UnitDesk.mayBeCleanedByItself(dirty.with(standing.withGroupWhole(false))));
  }
}
