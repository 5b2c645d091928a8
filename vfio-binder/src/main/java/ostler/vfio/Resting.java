package ostler.vfio;

import java.util.Optional;
import ostler.root.Code;
import ostler.root.Refusal;

/** Finds the managed unit behind a group, and refuses one that is not as it must be for work. */
final class Resting {

  private final UnitBook units;
  private final Binding binding;
  private final HolderScan scan;
  private final GuardClient guard;

  Resting(UnitBook units, Binding binding, HolderScan scan, GuardClient guard) {
    this.units = units;
    this.binding = binding;
    this.scan = scan;
    this.guard = guard;
  }

  /**
   * The unit, if it is managed, wholly on vfio-pci, and still the cards that were bound.
   *
   * @throws Refusal NOT_BOUND, GROUP_CHANGED
   */
  ManagedUnit require(GroupNow group) throws Refusal {
    Optional<ManagedUnit> unit =
        units.find(group.members()).filter(u -> u.phase() == ManagedUnit.Phase.BOUND);
    if (unit.isEmpty() || !binding.isWhole(group.members())) {
      throw new Refusal(
          Code.NOT_BOUND,
          "%s is not managed by Ostler and wholly on vfio-pci. Bind it first."
              .formatted(group.members()));
    }
    unit.get().requireSameCards(group);
    return unit.get();
  }

  /**
   * As {@link #require}, and in nobody's hands but the guard's.
   *
   * @throws Refusal PERMITTED, HELD, CANNOT_LOOK, GUARD_ABSENT
   */
  ManagedUnit requireGuarded(GroupNow group) throws Refusal {
    ManagedUnit unit = require(group);
    if (unit.permission().isPresent()) {
      throw new Refusal(
          Code.PERMITTED,
          "%s is permitted to claim %s: it is not to be touched. Have the claim released first."
              .formatted(group.members(), unit.permission().get().tenant().claim()));
    }
    scan.requireFree(group);
    guard.take(group.members());
    return unit;
  }
}
