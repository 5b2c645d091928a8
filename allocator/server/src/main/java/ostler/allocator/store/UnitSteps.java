package ostler.allocator.store;

import java.util.Optional;
import ostler.accounting.ledger.Occupancy;
import ostler.accounting.ledger.Occupancy.Charge;
import ostler.accounting.ledger.OpenInterval;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Lifecycle;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Particulars;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.inventory.ClaimId;

/**
 * The one way in which a unit comes into another state: by the lifecycle, against the state it was
 * read in, with its ledger, its claim and its event in the same transaction.
 */
final class UnitSteps {

  private final Units units;
  private final Claims claims;
  private final Quotas quotas;
  private final Ledger ledger;
  private final Trail trail;

  UnitSteps(Units units, Claims claims, Quotas quotas, Ledger ledger, Trail trail) {
    this.units = units;
    this.claims = claims;
    this.quotas = quotas;
    this.ledger = ledger;
    this.trail = trail;
  }

  /** Begins a unit's row and its time. */
  void begin(Unit unit) {
    units.add(unit);
    ledger.open(
        new OpenInterval(
            unit.id(), new Occupancy(unit.state().name(), Optional.empty()), unit.since()));
  }

  /** Makes a step, or says why not. The caller holds the unit's host. */
  Outcome<Unit> step(Unit unit, UnitEvent event, Particulars particulars) {
    return Lifecycle.apply(unit, event, particulars)
        .map(after -> store(unit, event, particulars, units.save(unit, after)));
  }

  private Unit store(Unit before, UnitEvent event, Particulars particulars, Unit after) {
    if (before.state() == after.state()) {
      return after;
    }
    Optional<Claim> claim = after.claim().or(before::claim).flatMap(claims::find);
    Optional<Charge> charge =
        claim.filter(held -> after.claim().isPresent()).map(UnitSteps::charge);
    ledger.become(after.id(), new Occupancy(after.state().name(), charge), after.since());
    claim.ifPresent(held -> followUnits(held, particulars));
    trail.event(
        particulars.at(),
        "unit",
        after.id().toString(),
        claim.map(Claim::project),
        before.state()
            + " -> "
            + after.state()
            + " on "
            + event
            + particulars.cause().map(cause -> " (" + cause.code() + ")").orElse(""));
    return after;
  }

  /** A claim is as far as its units are; when the last one is back, so is what it was charged. */
  private void followUnits(Claim claim, Particulars particulars) {
    Optional<ClaimId> id = Optional.of(claim.id());
    ClaimState state =
        ClaimState.of(
            units.ofClaim(claim.id()).stream()
                .filter(unit -> unit.claim().equals(id))
                .map(Unit::state)
                .toList());
    if (state == claim.state()) {
      return;
    }
    boolean over = state == ClaimState.RELEASED;
    claims.saveState(claim.id(), state, over ? Optional.of(particulars.at()) : Optional.empty());
    if (over) {
      quotas.giveBack(claim.id());
    }
    trail.event(
        particulars.at(),
        "claim",
        claim.id().toString(),
        Optional.of(claim.project()),
        claim.state() + " -> " + state);
  }

  private static Charge charge(Claim claim) {
    return new Charge(claim.id(), claim.project(), claim.alias().value());
  }
}
