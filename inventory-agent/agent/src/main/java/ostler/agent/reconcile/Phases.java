package ostler.agent.reconcile;

import java.util.Optional;
import java.util.Set;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitProblem;

/** What to call a unit while something is being done to it, or is about to be tried again. */
final class Phases {

  /** What passes by itself, or with somebody else's doing; any other refusal is a failure. */
  private static final Set<String> PASSING =
      Set.of("HELD", "CANNOT_LOOK", "LOCKED", "GUARD_ABSENT");

  private Phases() {}

  static UnitPhase whileDoing(Action action, Optional<UnitProblem> lastFailure) {
    if (lastFailure.filter(problem -> !PASSING.contains(problem.code())).isPresent()) {
      return UnitPhase.FAILED;
    }
    if (action instanceof Action.Wipe) {
      return UnitPhase.CLEANING;
    }
    boolean takenBack =
        action instanceof Action.Forbid
            || action instanceof Action.GiveBack
            || action instanceof Action.Uncut;
    return takenBack ? UnitPhase.RELEASING : UnitPhase.BOUND;
  }
}
