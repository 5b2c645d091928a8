package ostler.allocator.store;

import java.time.Instant;
import java.util.Optional;
import ostler.allocator.engine.AdminState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Lifecycle;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Particulars;
import ostler.allocator.engine.Quarantine;
import ostler.allocator.engine.ReportReading;
import ostler.allocator.engine.Turnover;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import ostler.inventory.ResetChoice;
import ostler.inventory.UnitId;
import ostler.inventory.WipeId;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeOrder;

/** What an operator does with one unit. */
public final class UnitDesk {

  private final Desk desk;

  public UnitDesk(Desk desk) {
    this.desk = desk;
  }

  /** Orders the unit's host to clean it to a level. */
  public Outcome<Unit> clean(UnitId id, WipeLevel level, Origin origin) {
    return clean(id, Optional.of(level), origin);
  }

  /** As above; where no level is said, as far as such a unit is cleaned by itself. */
  public Outcome<Unit> clean(UnitId id, Optional<WipeLevel> level, Origin origin) {
    return onUnit(
        id,
        "unit.clean",
        origin,
        (host, unit, now) ->
            served(unit)
                .then(
                    served -> {
                      WipeLevel asked = level.orElseGet(() -> levelOf(served));
                      return desk.steps.step(
                          served,
                          UnitEvent.ORDER_CLEAN,
                          orderClean(desk, host, served, asked, now));
                    }));
  }

  private WipeLevel levelOf(Unit unit) {
    return Turnover.levelOf(unit, desk.layouts.applied(unit.id()), Policy.WHOLE_UNITS);
  }

  /** A slice is made anew to be cleaned, which only a parent allows that is cut and stays so. */
  private Outcome<Unit> served(Unit unit) {
    Optional<Unit> parent = unit.slice().flatMap(slice -> desk.units.find(slice.parent()));
    return parent.filter(card -> !Turnover.isServed(unit, card)).isPresent()
        ? Outcome.refused(
            Code.PARENT_NOT_SLICED,
            "unit "
                + unit.id()
                + " is cut from unit "
                + parent.get().id()
                + ", which is not cut now or is being emptied; look at its layout")
        : Outcome.done(unit);
  }

  /** Keeps the unit from everybody until it is returned; a claim that it has goes on. */
  public Outcome<Unit> quarantine(UnitId id, Origin origin) {
    return onUnit(
        id,
        "unit.quarantine",
        origin,
        (host, unit, now) ->
            quarantine(
                desk,
                host,
                unit,
                new Quarantine(Code.OPERATOR, origin.reason(), origin.actor(), now)));
  }

  /** Sends the unit back to the dirty ones, out of quarantine and out of retirement. */
  public Outcome<Unit> putBack(UnitId id, Origin origin) {
    return onUnit(
        id,
        "unit.return",
        origin,
        (host, unit, now) ->
            desk.steps.step(
                unit,
                UnitEvent.RETURN,
                Desk.event(host, now).because(Code.OPERATOR, "returned: " + origin.reason())));
  }

  /** Keeps the unit from ever being handed out again; a claim that it has goes on. */
  public Outcome<Unit> retire(UnitId id, Origin origin) {
    return onUnit(
        id,
        "unit.retire",
        origin,
        (host, unit, now) ->
            Outcome.done(
                desk.steps.note(
                    unit,
                    unit.with(unit.standing().with(AdminState.RETIRED, origin.reason())),
                    now)));
  }

  /** The particulars of an order to clean, with a wipe of its own. */
  static Particulars orderClean(
      Desk desk, LockedHost host, Unit unit, WipeLevel level, Instant now) {
    return Desk.event(host, now)
        .with(new WipeOrder(new WipeId(desk.ids.get()), level, ResetChoice.AUTO, unit.lastClaim()));
  }

  /** A unit in quarantine is not cleaned either. */
  static Outcome<Unit> quarantine(Desk desk, LockedHost host, Unit unit, Quarantine quarantine) {
    Outcome<Unit> stopped =
        unit.cleaning().order().isPresent()
            ? desk.steps.step(
                unit,
                UnitEvent.VOID,
                Desk.event(host, quarantine.at())
                    .because(Code.QUARANTINED, "put into quarantine: " + quarantine.reason()))
            : Outcome.done(unit);
    return stopped.map(
        kept ->
            desk.steps.note(
                kept, kept.with(kept.standing().with(Optional.of(quarantine))), quarantine.at()));
  }

  private interface UnitWork {
    Outcome<Unit> on(LockedHost host, Unit unit, Instant now);
  }

  private Outcome<Unit> onUnit(UnitId id, String action, Origin origin, UnitWork work) {
    Optional<Unit> known = desk.transactions.read(() -> desk.units.find(id));
    if (known.isEmpty()) {
      return unknown(id);
    }
    return desk.onHost(
        known.get().host(),
        (host, now) ->
            work.on(host, desk.units.find(id).orElseThrow(), now)
                .map(
                    unit -> {
                      desk.trail.done(origin, now, action, id.toString(), "is " + unit.state());
                      return unit;
                    }));
  }

  /** There is no such thing. */
  public static <T> Outcome<T> unknown(UnitId id) {
    return Outcome.refused(Code.UNKNOWN_UNIT, "there is no unit " + id + "; look at the units");
  }

  /** Whether a unit is to be cleaned without anybody asking for it. */
  static boolean mayBeCleanedByItself(Unit unit) {
    return unit.state() == UnitState.DIRTY
        && unit.standing().admin() == AdminState.ENABLED
        && !ReportReading.isSomebodyElses(unit.observed())
        && Lifecycle.objection(unit, UnitEvent.ORDER_CLEAN).isEmpty();
  }
}
