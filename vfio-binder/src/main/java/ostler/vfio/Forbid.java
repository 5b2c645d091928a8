package ostler.vfio;

import java.util.Optional;
import ostler.root.Code;
import ostler.root.GuardCall;
import ostler.root.Permission;
import ostler.root.Refusal;

/** The verb {@code forbid}. */
final class Forbid {

  private final UnitBook units;
  private final Resting resting;
  private final HolderScan scan;
  private final GuardClient guard;

  Forbid(UnitBook units, Resting resting, HolderScan scan, GuardClient guard) {
    this.units = units;
    this.resting = resting;
    this.scan = scan;
    this.guard = guard;
  }

  /**
   * Takes the group back from a tenant that has it open no more. The guard's own opening is what
   * proves that: the kernel lets nobody open a group that somebody has open. Until the guard has
   * it, the permit stays on disk, marked as closing, so that nobody new is let in.
   *
   * @throws Refusal HELD, and then nothing has changed; NOT_BOUND, GUARD_ABSENT
   */
  Result.Guarded forbid(GroupNow group) throws Refusal {
    ManagedUnit unit = resting.require(group);
    scan.requireFree(group);
    Optional<Permission> permission = unit.permission();
    if (permission.isPresent()) {
      units.put(unit.with(permission.map(Permission::closed)));
    }
    GuardCall.Answer answer = guard.sync(group.members());
    if (!answer.guarded()) {
      units.put(unit.with(permission.map(Permission::reopened)));
      guard.sync(group.members());
      throw answer
          .problem()
          .orElseGet(
              () ->
                  new Refusal(
                      Code.GUARD_ABSENT,
                      "The guard did not take %s. Look at its log.".formatted(group.members())));
    }
    units.put(unit.with(Optional.empty()));
    return new Result.Guarded(true);
  }
}
