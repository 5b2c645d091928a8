package ostler.vfio;

import java.util.Optional;
import ostler.inventory.Tenant;
import ostler.root.Code;
import ostler.root.GuardCall;
import ostler.root.Permission;
import ostler.root.Refusal;

/** The verb {@code permit}. */
final class Permit {

  private final UnitBook units;
  private final FenceBook fences;
  private final Resting resting;
  private final HolderScan scan;
  private final GuardClient guard;

  Permit(UnitBook units, FenceBook fences, Resting resting, HolderScan scan, GuardClient guard) {
    this.units = units;
    this.fences = fences;
    this.resting = resting;
    this.scan = scan;
    this.guard = guard;
  }

  /**
   * Lets the tenant have the group: the permit is on disk first, and then the guard lets go.
   *
   * @throws Refusal NOT_BOUND, PERMITTED, VOIDED, HELD, GUARD_ABSENT
   */
  Result.Guarded permit(GroupNow group, Tenant tenant) throws Refusal {
    ManagedUnit unit = resting.require(group);
    unit.requireNobodyElses(tenant);
    if (unit.permission().isEmpty()) {
      requireUntouched(group.members());
      scan.requireFree(group);
      guard.take(group.members());
      units.put(unit.with(Optional.of(Permission.of(tenant))));
    }
    GuardCall.Answer answer = guard.sync(group.members());
    return new Result.Guarded(answer.guarded());
  }

  private void requireUntouched(Members members) throws Refusal {
    Optional<FenceMark.ByHand> work = fences.byHand(members);
    if (work.isPresent()) {
      throw new Refusal(
          Code.VOIDED,
          "%s was worked on by hand since it was last wiped (%s: %s). Wipe it again."
              .formatted(members, work.get().verb(), work.get().reason()));
    }
  }
}
