package ostler.agent.reconcile;

import java.util.Optional;
import ostler.agent.journal.Cut;
import ostler.agent.journal.UnitMemory;
import ostler.agent.journal.WipeEnd;
import ostler.inventory.BootId;
import ostler.inventory.Goal;
import ostler.inventory.Holder;
import ostler.inventory.Tenant;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitPhase;
import ostler.inventory.WipeOrder;

/**
 * Decides the next thing to do for a unit, from its order, from what is remembered and from what is
 * seen, and from nothing else. Called again after each thing done, it ends in {@link
 * Action.Settled} or {@link Action.Blocked}, wherever it began.
 *
 * <p>Two rules run through it. What is seen never frees: that nobody holds a unit takes it from
 * nobody, only an order to release does. And what could not be looked at blocks: an unknown holder
 * is a holder.
 */
final class Reconciler {

  private final UnitMemory unit;
  private final UnitSight sight;
  private final BootId boot;

  private Reconciler(UnitMemory unit, UnitSight sight, BootId boot) {
    this.unit = unit;
    this.sight = sight;
    this.boot = boot;
  }

  static Action decide(UnitMemory unit, UnitSight sight, BootId boot) {
    return new Reconciler(unit, sight, boot).decide();
  }

  /**
   * What a boot makes necessary, whatever is ordered: what was cut is cut again, with all slices,
   * and a unit that was bound for tenants before is bound again, before a driver of the host's or a
   * machine of somebody's takes it. A slice comes back with what it is cut from.
   */
  static Optional<Action> restore(UnitMemory unit, UnitSight sight, BootId boot) {
    if (sight.presence() != Presence.HERE || unit.order().kind().isTyped()) {
      return Optional.empty();
    }
    if (unit.cut().isPresent()) {
      return unit.cut().filter(cut -> cut.isLostIn(boot)).flatMap(cut -> restored(sight));
    }
    return unit.managed() && !sight.isKept() ? Optional.of(new Action.Bind()) : Optional.empty();
  }

  private static Optional<Action> restored(UnitSight sight) {
    return sight.card().map(card -> new Action.Restore(card.parent()));
  }

  private Action decide() {
    if (unit.wedged().equals(Optional.of(boot))) {
      return new Action.Blocked(
          UnitPhase.WEDGED,
          "WEDGED",
          "An operation on "
              + unit.order().members()
              + " never came back; it is left alone until the host has been booted again.");
    }
    if (isGivenBackAndGone()) {
      return new Action.Settled(UnitPhase.GIVEN_BACK);
    }
    return absence()
        .or(this::surprise)
        .orElseGet(() -> unit.ordered() ? towards(unit.order().goal()) : leaveAlone());
  }

  /**
   * Virtual functions go when their parent is made whole, and nothing of this one was left here.
   */
  private boolean isGivenBackAndGone() {
    return unit.order().kind() != UnitKind.WHOLE
        && sight.presence() == Presence.MISSING
        && unit.order().goal() instanceof Goal.GiveBack
        && !unit.managed()
        && !hasTenant();
  }

  /** What blocks everything: the unit's devices are not all where they should be. */
  private Optional<Action> absence() {
    String members = unit.order().members().toString();
    return switch (sight.presence()) {
      case HERE -> Optional.empty();
      case NOT_SEEN ->
          blocked(
              UnitPhase.FAILED,
              "CANNOT_LOOK",
              "The last scan could not read all of "
                  + members
                  + "; it is read again, and ostler inspect on the host says why.");
      case MISSING ->
          blocked(
              UnitPhase.MISSING,
              "DEVICE_GONE",
              "A complete scan does not find all of "
                  + members
                  + "; the order is kept until it is back.");
      case OTHER_DEVICE ->
          blocked(
              UnitPhase.FAILED,
              "IDENTITY_CHANGED",
              "At " + members + " sits another device than the one that was admitted; admit it.");
      case OTHER_GROUP ->
          blocked(
              UnitPhase.FAILED,
              "GROUP_CHANGED",
              members + " are not one IOMMU group any more; forget the unit and admit it anew.");
      case NO_GROUP ->
          blocked(
              UnitPhase.FAILED,
              "NO_IOMMU",
              members + " are in no IOMMU group; switch the IOMMU on and boot again.");
    };
  }

  /** A unit thought clean that somebody else has or unbound is dirty from now on. */
  private Optional<Action> surprise() {
    if (unit.clean().isEmpty()) {
      return Optional.empty();
    }
    boolean seen = !unit.order().kind().isTyped() || sight.guardKnown();
    if (seen && !sight.bound() && unit.clean().get().boot().equals(boot)) {
      return Optional.of(new Action.Taint("it was taken away or unbound, and not by us"));
    }
    return sight.isHeld() && !sight.isGuarded()
        ? Optional.of(new Action.Taint("it is held by " + holder() + " without a permit"))
        : Optional.empty();
  }

  private Action towards(Goal goal) {
    if (unit.order().kind().isTyped()) {
      return towardsSlice(goal);
    }
    if (goal instanceof Goal.Sliced sliced) {
      return cut(sliced.functions());
    }
    if (unit.cut().isPresent()) {
      return uncut();
    }
    if (goal instanceof Goal.GiveBack) {
      return giveBack();
    }
    if (goal instanceof Goal.Ready ready && isToBeAdoptedBy(ready.tenant())) {
      return new Action.Adopt(ready.tenant());
    }
    if (unit.managed() && !sight.isKept()) {
      return new Action.Bind();
    }
    if (goal instanceof Goal.Ready ready) {
      return ready(ready.tenant());
    }
    if (goal instanceof Goal.Release release) {
      return release(release.tenant());
    }
    return hasTenant()
        ? inTheWay(unit.order().goal().wireName())
        : untenanted(
            goal instanceof Goal.Clean clean ? Optional.of(clean.wipe()) : Optional.empty());
  }

  /** A slice has one way to be made, with a wipe, and one to go; nothing else binds it. */
  private Action towardsSlice(Goal goal) {
    if (goal instanceof Goal.GiveBack) {
      return giveBack();
    }
    if (goal instanceof Goal.Release release) {
      return release(release.tenant());
    }
    if (goal instanceof Goal.Ready ready) {
      return readySlice(ready.tenant());
    }
    if (hasTenant()) {
      return inTheWay(goal.wireName());
    }
    if (!sight.guardKnown()) {
      return noGuard(UnitPhase.BOUND);
    }
    if (goal instanceof Goal.Clean clean) {
      return clean(clean.wipe());
    }
    return isLost() ? restoreSlice() : guarded(UnitPhase.RESTING);
  }

  /** Whether root means it to be there and it is not: while that is so, its card offers nothing. */
  private boolean isLost() {
    return sight.group().isPresent() && !sight.bound();
  }

  private Action restoreSlice() {
    return new Action.Restore(unit.order().slice().orElseThrow().parent().address());
  }

  private Action readySlice(Tenant tenant) {
    if (belongsToAnother(tenant)) {
      return inTheWay("ready for claim " + tenant.claim());
    }
    if (!sight.guardKnown()) {
      return noGuard(UnitPhase.BOUND);
    }
    boolean knownTenant = unit.tenant().equals(Optional.of(tenant));
    if (!unit.managed() || (!knownTenant && sight.permit().isEmpty() && !isClean())) {
      return notClean();
    }
    if (!sight.bound()) {
      return restoreSlice();
    }
    return knownTenant && sight.permit().isPresent() ? permitted() : new Action.Permit(tenant);
  }

  /** A slice that is not there needs no guard, and a MIG instance has no group to be guarded. */
  private Action guarded(UnitPhase phase) {
    boolean open = sight.bound() && !sight.isGuarded() && unit.order().kind().hasGroup();
    return open ? new Action.Guard() : new Action.Settled(phase);
  }

  /** Gives the unit to its vendor's driver, and has that make virtual functions. */
  private Action cut(int functions) {
    if (hasTenant()) {
      return inTheWay("cut into slices");
    }
    if (unit.managed() || sight.group().isPresent()) {
      return giveBack();
    }
    Card card = sight.card().orElseThrow();
    if (card.driver().isEmpty() || sight.bound()) {
      return new Action.Blocked(
          UnitPhase.FAILED,
          "NO_DRIVER",
          "No driver that could cut "
              + card.parent()
              + " into slices has it now; load its vendor's driver and have it take the device.");
    }
    Optional<Cut> made =
        unit.cut().filter(cut -> cut.asked() == functions && cut.boot().isPresent());
    if (made.isEmpty()) {
      return new Action.Cut(card.parent(), functions, card.sriov() || functions > 0);
    }
    boolean lost = made.get().isLostIn(boot) || (made.get().have() > 0 && card.functions() == 0);
    return lost ? new Action.Restore(card.parent()) : new Action.Settled(UnitPhase.SLICED);
  }

  /** Makes the unit whole, before vfio or its host's own use may have it. */
  private Action uncut() {
    Card card = sight.card().orElseThrow();
    return card.slices() > 0
        ? new Action.Blocked(
            UnitPhase.FAILED,
            "SLICED",
            card.parent()
                + " still has "
                + card.slices()
                + " slices; have them given back first, then it can be whole.")
        : new Action.Uncut(card.parent(), card.sriov());
  }

  private Action leaveAlone() {
    if (sight.permit().isPresent()) {
      return permitted();
    }
    if (unit.cut().isPresent()) {
      return new Action.Settled(UnitPhase.SLICED);
    }
    return new Action.Settled(
        sight.isGuarded()
            ? UnitPhase.RESTING
            : sight.bound() ? UnitPhase.BOUND : UnitPhase.GIVEN_BACK);
  }

  private Action untenanted(Optional<WipeOrder> wipe) {
    if (!sight.isGuarded()) {
      return sight.guardKnown() ? new Action.Bind() : noGuard(UnitPhase.BOUND);
    }
    return wipe.map(this::clean).orElse(new Action.Settled(UnitPhase.RESTING));
  }

  private Action clean(WipeOrder wipe) {
    Optional<WipeEnd> end = unit.lastWipe().filter(last -> last.wipe().equals(wipe.id()));
    if (end.isPresent()) {
      return cleaned(end.get());
    }
    if (sight.holdersUnknown().isPresent()) {
      return cannotLook(UnitPhase.CLEANING);
    }
    if (sight.isHeld()) {
      return held(UnitPhase.CLEANING);
    }
    if (!unit.order().chainHead().equals(unit.head())) {
      return unit.pending().isPresent()
          ? new Action.Blocked(
              UnitPhase.CLEANING,
              "RECORD_PENDING",
              "The unit's last wipe record waits for the allocator's answer; the next wipe follows"
                  + " it.")
          : new Action.Blocked(
              UnitPhase.FAILED,
              "CHAIN_DISAGREES",
              "The allocator knows "
                  + unit.order().chainHead()
                  + " as the last wipe record, and this host "
                  + unit.head()
                  + "; compare both chains with ostler wipe verify.");
    }
    return new Action.Wipe(wipe);
  }

  private Action cleaned(WipeEnd end) {
    if (end.failure().isPresent()) {
      return new Action.Blocked(
          UnitPhase.FAILED, end.failure().get().code(), end.failure().get().message());
    }
    return isClean()
        ? new Action.Settled(UnitPhase.CLEANED)
        : new Action.Blocked(
            UnitPhase.FAILED,
            "NOT_CLEAN",
            "The wipe ended clean, and then the host was booted or somebody had the unit; wipe it"
                + " again.");
  }

  private Action ready(Tenant tenant) {
    if (belongsToAnother(tenant)) {
      return inTheWay("ready for claim " + tenant.claim());
    }
    boolean knownTenant = unit.tenant().equals(Optional.of(tenant));
    if (knownTenant && sight.permit().isPresent()) {
      return permitted();
    }
    if (!sight.guardKnown()) {
      return noGuard(UnitPhase.BOUND);
    }
    if (!knownTenant && sight.permit().isEmpty() && !isClean()) {
      return notClean();
    }
    return sight.isKept() ? new Action.Permit(tenant) : new Action.Bind();
  }

  private Action release(Tenant tenant) {
    if (belongsToAnother(tenant)) {
      return inTheWay("released from claim " + tenant.claim());
    }
    if (!sight.guardKnown()) {
      return noGuard(UnitPhase.RELEASING);
    }
    if (sight.holdersUnknown().isPresent()) {
      return cannotLook(UnitPhase.RELEASING);
    }
    if (sight.isHeld()) {
      return held(UnitPhase.RELEASING);
    }
    if (hasTenant()) {
      return new Action.Forbid(tenant);
    }
    if (unit.order().kind().isTyped()) {
      return guarded(UnitPhase.RELEASED);
    }
    return sight.isGuarded() ? new Action.Settled(UnitPhase.RELEASED) : new Action.Bind();
  }

  private Action giveBack() {
    if (hasTenant()) {
      return inTheWay("given back");
    }
    if (!unit.managed() && sight.group().isEmpty()) {
      return new Action.Settled(UnitPhase.GIVEN_BACK);
    }
    if (sight.holdersUnknown().isPresent()) {
      return cannotLook(UnitPhase.RELEASING);
    }
    return sight.isHeld() ? held(UnitPhase.RELEASING) : new Action.GiveBack();
  }

  private Action permitted() {
    return new Action.Settled(sight.isHeld() ? UnitPhase.IN_USE : UnitPhase.READY);
  }

  private boolean isClean() {
    return unit.clean().filter(mark -> mark.boot().equals(boot)).isPresent();
  }

  private boolean hasTenant() {
    return unit.tenant().isPresent() || sight.permit().isPresent();
  }

  private boolean belongsToAnother(Tenant tenant) {
    return unit.tenant().or(sight::permit).filter(other -> !other.equals(tenant)).isPresent()
        || sight.permit().filter(other -> !other.equals(tenant)).isPresent();
  }

  /**
   * Whether the tenant has it through vfio already, without a permit: a machine that was there
   * before Ostler, and that an operator had adopted. It is dirty with nobody's data but the
   * tenant's, and the guard cannot take what its tenant holds.
   */
  private boolean isToBeAdoptedBy(Tenant tenant) {
    return sight.bound()
        && sight.guardKnown()
        && !sight.isGuarded()
        && sight.permit().isEmpty()
        && !belongsToAnother(tenant)
        && isHeldBy(tenant);
  }

  private boolean isHeldBy(Tenant tenant) {
    return sight.holdersUnknown().isEmpty()
        && sight.holders().stream().anyMatch(holder -> holder.isMachineOf(tenant.consumer()))
        && sight.holders().stream().filter(h -> h.kind() == Holder.Kind.DOMAIN).count() == 1;
  }

  private Action notClean() {
    return new Action.Blocked(
        UnitPhase.FAILED,
        "NOT_CLEAN",
        "This host knows of no wipe of "
            + unit.order().members()
            + " in this boot that nobody had it after; clean it first.");
  }

  private Action inTheWay(String wanted) {
    Tenant tenant = sight.permit().or(unit::tenant).orElseThrow();
    return new Action.Blocked(
        sight.isHeld() ? UnitPhase.IN_USE : UnitPhase.READY,
        "PERMITTED",
        "It cannot be "
            + wanted
            + " while it is permitted to "
            + tenant.consumer()
            + " of claim "
            + tenant.claim()
            + "; release that claim first.");
  }

  private Action cannotLook(UnitPhase phase) {
    return new Action.Blocked(
        phase,
        "CANNOT_LOOK",
        "Nobody can say who holds the unit: " + sight.holdersUnknown().orElseThrow() + ".");
  }

  private Action held(UnitPhase phase) {
    return new Action.Blocked(
        phase, "HELD", "It is held by " + holder() + "; shut that down, or wait for its end.");
  }

  private Action noGuard(UnitPhase phase) {
    if (!unit.order().kind().hasGroup()) {
      return cannotLook(phase);
    }
    return new Action.Blocked(
        phase,
        "GUARD_ABSENT",
        "The guard does not answer; start ostler-vfio guard: "
            + sight.holdersUnknown().orElse("no reason is known")
            + ".");
  }

  private String holder() {
    Holder holder = sight.holders().get(0);
    return holder.kind() + " " + holder.id() + " (" + holder.name() + ")";
  }

  private static Optional<Action> blocked(UnitPhase phase, String code, String message) {
    return Optional.of(new Action.Blocked(phase, code, message));
  }
}
