package ostler.vfio;

import java.util.Optional;
import ostler.root.Code;
import ostler.root.KernelException;
import ostler.root.Refusal;

/** The verb {@code release}. */
final class Release {

  private final UnitBook units;
  private final Journal journal;
  private final Binding binding;
  private final HolderScan scan;
  private final GuardClient guard;

  Release(UnitBook units, Journal journal, Binding binding, HolderScan scan, GuardClient guard) {
    this.units = units;
    this.journal = journal;
    this.binding = binding;
    this.scan = scan;
    this.guard = guard;
  }

  /**
   * Gives the group back to the drivers that it had. The unit leaves the books and the hook's list
   * last. A unit that is not managed is left alone.
   *
   * @throws Refusal PERMITTED, HELD, ROLLBACK_FAILED and others
   */
  Result.Released release(Order order, GroupNow group) throws Refusal {
    try {
      Optional<ManagedUnit> known = units.find(group.members());
      if (known.isPresent()) {
        giveBack(known.get(), order, group);
      }
      return new Result.Released(binding.save(group.members()));
    } catch (KernelException e) {
      throw new Refusal(
          Code.ROLLBACK_FAILED, e, "The group is between its drivers: look at it, and try again.");
    }
  }

  private void giveBack(ManagedUnit unit, Order order, GroupNow group)
      throws Refusal, KernelException {
    if (unit.permission().isPresent()) {
      throw new Refusal(
          Code.PERMITTED,
          "%s is permitted to claim %s. Have the claim released first."
              .formatted(group.members(), unit.permission().get().tenant().claim()));
    }
    scan.requireFree(group);
    Journal.Open open = journal.begin(order);
    ManagedUnit leaving = unit.in(ManagedUnit.Phase.RELEASING);
    units.put(leaving);
    guard.tell(group.members());
    try {
      binding.toSaved(leaving, group, open);
    } catch (Refusal e) {
      if (e.code() == Code.HELD) {
        units.put(unit);
        open.finish();
        guard.tell(group.members());
      }
      throw e;
    }
    units.remove(leaving);
    units.publish();
    open.finish();
  }
}
