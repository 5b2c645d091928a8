package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.store.UnitSteps.Step;
import ostler.inventory.ClaimId;

/**
 * Ends claims without their host's proof that nobody holds their units. What they were charged is
 * free; their units are out of use until their host reports from another boot.
 */
final class Abandonment {

  private final Units units;
  private final Moves moves;
  private final UnitSteps steps;

  Abandonment(Units units, Moves moves, UnitSteps steps) {
    this.units = units;
    this.moves = moves;
    this.steps = steps;
  }

  /** Ends claims whose units are on a host that this transaction holds. */
  void end(LockedHost host, List<Claim> ended, Reason why, Instant now) {
    Map<ClaimId, List<Unit>> held = units.ofClaims(ended.stream().map(Claim::id).toList());
    List<Step> taken = new ArrayList<>();
    for (Claim claim : ended) {
      moves.endOf(claim);
      for (Unit unit : held.getOrDefault(claim.id(), List.of())) {
        if (unit.claim().equals(Optional.of(claim.id()))) {
          taken.add(
              new Step(
                  unit,
                  UnitEvent.ABANDON,
                  Desk.event(host, now).because(why.code(), why.message()).in(host.host().boot())));
        }
      }
    }
    steps.steps(taken).orElseThrow();
  }
}
