package ostler.allocator.engine;

import static ostler.allocator.engine.Effect.ABANDON;
import static ostler.allocator.engine.Effect.CERTIFY;
import static ostler.allocator.engine.Effect.CLEAR_ATTEMPTS;
import static ostler.allocator.engine.Effect.COUNT_ATTEMPT;
import static ostler.allocator.engine.Effect.CUT;
import static ostler.allocator.engine.Effect.DROP_CERTIFICATE;
import static ostler.allocator.engine.Effect.DROP_CLAIM;
import static ostler.allocator.engine.Effect.DROP_ORDER;
import static ostler.allocator.engine.Effect.ENABLE;
import static ostler.allocator.engine.Effect.KEEP_CAUSE;
import static ostler.allocator.engine.Effect.LEAVE;
import static ostler.allocator.engine.Effect.LEAVE_QUARANTINE;
import static ostler.allocator.engine.Effect.NEW_FENCE;
import static ostler.allocator.engine.Effect.STAY;
import static ostler.allocator.engine.Effect.TAKE_CLAIM;
import static ostler.allocator.engine.Effect.TAKE_ORDER;
import static ostler.allocator.engine.Effect.UNCUT;
import static ostler.allocator.engine.UnitState.CLEAN;
import static ostler.allocator.engine.UnitState.CLEANING;
import static ostler.allocator.engine.UnitState.DIRTY;
import static ostler.allocator.engine.UnitState.IN_USE;
import static ostler.allocator.engine.UnitState.PREPARING;
import static ostler.allocator.engine.UnitState.READY;
import static ostler.allocator.engine.UnitState.RELEASING;
import static ostler.allocator.engine.UnitState.SLICED;
import static ostler.allocator.engine.UnitState.UNMANAGED;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ostler.inventory.ClaimId;
import ostler.inventory.Fence;

/**
 * The life of a unit, as one table: what may happen in which state, what must hold before, and what
 * changes. A pair of state and event that has no row here is refused.
 */
public final class Lifecycle {

  private static final Set<Guard> CLEANABLE =
      EnumSet.of(
          Guard.STAYING,
          Guard.FOUND_AGAIN,
          Guard.PRESENT,
          Guard.WHOLE,
          Guard.NOT_RETIRED,
          Guard.UNQUARANTINED,
          Guard.BOUND,
          Guard.GUARDED,
          Guard.UNHELD);

  private static final Set<Guard> GRANTABLE =
      EnumSet.of(
          Guard.STAYING,
          Guard.PRESENT,
          Guard.WHOLE,
          Guard.ENABLED,
          Guard.UNQUARANTINED,
          Guard.HEALTHY,
          Guard.BOUND,
          Guard.GUARDED,
          Guard.UNHELD);

  private static final Set<Guard> SLICEABLE = sliceable();

  private static final Set<Guard> NOTHING = EnumSet.noneOf(Guard.class);

  static final List<Transition> TABLE =
      List.of(
          row(UNMANAGED, UnitEvent.ADMIT, DIRTY, NOTHING, NEW_FENCE, STAY, CLEAR_ATTEMPTS),
          row(
              DIRTY,
              UnitEvent.ADOPT,
              IN_USE,
              EnumSet.of(
                  Guard.STAYING,
                  Guard.FOUND_AGAIN,
                  Guard.PRESENT,
                  Guard.WHOLE,
                  Guard.UNQUARANTINED),
              NEW_FENCE,
              TAKE_CLAIM),
          row(DIRTY, UnitEvent.ORDER_CLEAN, CLEANING, CLEANABLE, NEW_FENCE, TAKE_ORDER, KEEP_CAUSE),
          row(DIRTY, UnitEvent.RETURN, DIRTY, NOTHING, returned()),
          row(DIRTY, UnitEvent.REORDER, DIRTY, NOTHING, NEW_FENCE),
          row(
              DIRTY,
              UnitEvent.FORGET,
              DIRTY,
              EnumSet.of(Guard.STAYING, Guard.FOUND_AGAIN),
              NEW_FENCE,
              LEAVE),
          row(DIRTY, UnitEvent.GIVEN_BACK, UNMANAGED, EnumSet.of(Guard.LEAVING), NEW_FENCE),
          row(
              CLEANING,
              UnitEvent.WIPED,
              CLEAN,
              NOTHING,
              NEW_FENCE,
              DROP_ORDER,
              CERTIFY,
              CLEAR_ATTEMPTS),
          row(
              CLEANING,
              UnitEvent.WIPE_FAILED,
              DIRTY,
              NOTHING,
              NEW_FENCE,
              DROP_ORDER,
              COUNT_ATTEMPT),
          row(CLEANING, UnitEvent.VOID, DIRTY, NOTHING, NEW_FENCE, DROP_ORDER),
          row(CLEANING, UnitEvent.RETURN, DIRTY, NOTHING, returned()),
          row(CLEANING, UnitEvent.FORGET, DIRTY, NOTHING, NEW_FENCE, DROP_ORDER, LEAVE),
          row(CLEAN, UnitEvent.CLAIM, PREPARING, GRANTABLE, NEW_FENCE, TAKE_CLAIM),
          row(
              CLEAN,
              UnitEvent.ORDER_CLEAN,
              CLEANING,
              CLEANABLE,
              NEW_FENCE,
              TAKE_ORDER,
              DROP_CERTIFICATE),
          row(CLEAN, UnitEvent.VOID, DIRTY, NOTHING, NEW_FENCE, DROP_CERTIFICATE),
          row(CLEAN, UnitEvent.RETURN, DIRTY, NOTHING, returned()),
          row(CLEAN, UnitEvent.FORGET, DIRTY, NOTHING, NEW_FENCE, DROP_CERTIFICATE, LEAVE),
          row(CLEAN, UnitEvent.SLICE, SLICED, SLICEABLE, NEW_FENCE, DROP_CERTIFICATE, CUT),
          row(
              DIRTY,
              UnitEvent.SEEN_SLICED,
              SLICED,
              EnumSet.of(Guard.STAYING, Guard.NOT_A_SLICE, Guard.FOUND_AGAIN),
              NEW_FENCE,
              CUT,
              LEAVE_QUARANTINE),
          row(SLICED, UnitEvent.UNSLICE, DIRTY, EnumSet.of(Guard.EMPTYING), NEW_FENCE, UNCUT),
          // What it is cut into stays; only what keeps it from serving is taken away.
          row(SLICED, UnitEvent.RETURN, SLICED, NOTHING, NEW_FENCE, STAY, LEAVE_QUARANTINE, ENABLE),
          row(SLICED, UnitEvent.REORDER, SLICED, NOTHING, NEW_FENCE),
          row(PREPARING, UnitEvent.PREPARED, READY, NOTHING),
          row(PREPARING, UnitEvent.RELEASE, RELEASING, NOTHING, NEW_FENCE),
          row(PREPARING, UnitEvent.REORDER, PREPARING, NOTHING, NEW_FENCE),
          row(READY, UnitEvent.REORDER, READY, NOTHING, NEW_FENCE),
          row(IN_USE, UnitEvent.REORDER, IN_USE, NOTHING, NEW_FENCE),
          row(RELEASING, UnitEvent.REORDER, RELEASING, NOTHING, NEW_FENCE),
          row(PREPARING, UnitEvent.ABANDON, DIRTY, NOTHING, abandoned()),
          row(READY, UnitEvent.HELD, IN_USE, NOTHING),
          row(READY, UnitEvent.RELEASE, RELEASING, NOTHING, NEW_FENCE),
          row(READY, UnitEvent.ABANDON, DIRTY, NOTHING, abandoned()),
          row(IN_USE, UnitEvent.LET_GO, READY, NOTHING),
          row(IN_USE, UnitEvent.RELEASE, RELEASING, NOTHING, NEW_FENCE),
          row(IN_USE, UnitEvent.ABANDON, DIRTY, NOTHING, abandoned()),
          row(
              RELEASING,
              UnitEvent.RELEASED,
              DIRTY,
              NOTHING,
              NEW_FENCE,
              DROP_CLAIM,
              DROP_CERTIFICATE),
          row(RELEASING, UnitEvent.ABANDON, DIRTY, NOTHING, abandoned()));

  private Lifecycle() {}

  /** Whether the table has a row for the pair at all. */
  public static boolean knows(UnitState state, UnitEvent event) {
    return find(state, event).isPresent();
  }

  /** Makes the step, or says why not. */
  public static Outcome<Unit> apply(Unit unit, UnitEvent event, Particulars particulars) {
    Optional<Reason> against = objection(unit, event);
    if (against.isPresent()) {
      return Outcome.refused(Refusal.of(against.get()));
    }
    return Outcome.done(step(unit, find(unit.state(), event).orElseThrow(), particulars));
  }

  /** Why the unit may not make the step, empty where it may. The sentence names the unit. */
  public static Optional<Reason> objection(Unit unit, UnitEvent event) {
    Optional<Transition> row = find(unit.state(), event);
    if (row.isEmpty()) {
      return Optional.of(
          new Reason(
              Code.WRONG_STATE,
              unit.state() == SLICED
                  ? named(unit) + " is cut into slices; remove its layout to have it whole again"
                  : named(unit) + " is " + unit.state() + ", where " + event + " has no meaning"));
    }
    return firstObjection(unit, row.get());
  }

  static Optional<Transition> find(UnitState state, UnitEvent event) {
    return TABLE.stream().filter(row -> row.from() == state && row.on() == event).findFirst();
  }

  static String named(Unit unit) {
    return "unit " + unit.id();
  }

  private static Optional<Reason> firstObjection(Unit unit, Transition row) {
    return EnumSet.allOf(Guard.class).stream()
        .filter(row.needs()::contains)
        .flatMap(guard -> guard.against(unit).stream())
        .map(reason -> new Reason(reason.code(), named(unit) + ' ' + reason.message()))
        .findFirst();
  }

  private static Unit step(Unit unit, Transition row, Particulars brought) {
    Set<Effect> does = row.does();
    Fence fence = does.contains(NEW_FENCE) ? brought.fences().get() : unit.fence();
    Optional<ClaimId> claim = unit.claim();
    Optional<ClaimId> lastClaim = unit.lastClaim();
    if (does.contains(TAKE_CLAIM)) {
      claim = Optional.of(brought.claim().orElseThrow());
    } else if (does.contains(DROP_CLAIM)) {
      lastClaim = claim;
      claim = Optional.empty();
    }
    Instant since = row.to() == unit.state() ? unit.since() : later(unit.since(), brought.at());
    return new Unit(
        unit.id(),
        unit.host(),
        unit.model(),
        unit.slice(),
        cutAfter(unit.cut(), does, brought),
        row.to(),
        since,
        unit.generation(),
        fence,
        standingAfter(unit.standing(), does, brought),
        cleaningAfter(unit.cleaning(), does, brought),
        claim,
        lastClaim,
        does.contains(KEEP_CAUSE) ? unit.cause() : brought.cause(),
        unit.observed());
  }

  private static Cut cutAfter(Cut before, Set<Effect> does, Particulars brought) {
    if (does.contains(CUT)) {
      return Cut.by(brought.layout().orElseThrow());
    }
    return does.contains(UNCUT) ? Cut.NONE : before;
  }

  private static Standing standingAfter(Standing before, Set<Effect> does, Particulars brought) {
    Standing after = before;
    if (does.contains(LEAVE) || does.contains(STAY)) {
      after = after.withLeaving(does.contains(LEAVE));
    }
    if (does.contains(LEAVE_QUARANTINE)) {
      after = after.with(Optional.empty());
    }
    if (does.contains(ENABLE)) {
      after = after.with(AdminState.ENABLED, "");
    }
    if (does.contains(ABANDON)) {
      after = after.with(new Abandoned(brought.boot()));
    }
    return after;
  }

  private static Cleaning cleaningAfter(Cleaning before, Set<Effect> does, Particulars brought) {
    Cleaning after = before;
    if (does.contains(TAKE_ORDER)) {
      after = after.withOrder(Optional.of(brought.order().orElseThrow()));
    } else if (does.contains(DROP_ORDER)) {
      after = after.withOrder(Optional.empty());
    }
    if (does.contains(CERTIFY)) {
      after = after.withCertificate(Optional.of(brought.certificate().orElseThrow()));
    } else if (does.contains(DROP_CERTIFICATE)) {
      after = after.withCertificate(Optional.empty());
    }
    if (does.contains(COUNT_ATTEMPT)) {
      after = after.withAttempts(before.attempts() + 1);
    } else if (does.contains(CLEAR_ATTEMPTS)) {
      after = after.withAttempts(0);
    }
    return after;
  }

  /** A clock that was set back must not make a unit's time run backwards. */
  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Set<Guard> sliceable() {
    Set<Guard> guards = EnumSet.copyOf(GRANTABLE);
    guards.add(Guard.NOT_A_SLICE);
    return guards;
  }

  private static Effect[] abandoned() {
    return new Effect[] {NEW_FENCE, DROP_CLAIM, DROP_CERTIFICATE, ABANDON};
  }

  private static Effect[] returned() {
    return new Effect[] {
      NEW_FENCE, DROP_ORDER, DROP_CERTIFICATE, CLEAR_ATTEMPTS, STAY, LEAVE_QUARANTINE, ENABLE
    };
  }

  private static Transition row(
      UnitState from, UnitEvent on, UnitState to, Set<Guard> needs, Effect... does) {
    return new Transition(from, on, to, needs, Set.of(does));
  }
}
