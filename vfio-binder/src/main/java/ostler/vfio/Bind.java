package ostler.vfio;

import java.util.Optional;
import ostler.root.Code;
import ostler.root.KernelException;
import ostler.root.Refusal;

/** The verb {@code bind}. */
final class Bind {

  private final UnitBook units;
  private final Journal journal;
  private final Binding binding;
  private final HostNeeds needs;
  private final HolderScan scan;
  private final GuardClient guard;

  Bind(
      UnitBook units,
      Journal journal,
      Binding binding,
      HostNeeds needs,
      HolderScan scan,
      GuardClient guard) {
    this.units = units;
    this.journal = journal;
    this.binding = binding;
    this.needs = needs;
    this.scan = scan;
    this.guard = guard;
  }

  /**
   * Takes the whole group to vfio-pci and into the guard's hands. From before the first change on,
   * the unit is in the books and on the hook's list. If anything fails, all members go back to what
   * they were; a unit that was managed before stays so.
   *
   * @throws Refusal BIND_FAILED, ROLLBACK_FAILED, PROTECTED, HELD, GUARD_ABSENT and others
   */
  Result.Bound bind(Order order, GroupNow group) throws Refusal {
    Optional<ManagedUnit> known = units.find(group.members());
    if (known.isPresent()) {
      known.get().requireSameCards(group);
    }
    boolean whole = known.isPresent() && binding.isWhole(group.members());
    if (!whole) {
      guard.requirePresent(group.members());
      needs.check(group);
      scan.requireFree(group);
    }
    Journal.Open open = journal.begin(order);
    ManagedUnit unit = enter(known, group);
    try {
      binding.toVfio(unit, group, open);
    } catch (Refusal e) {
      throw rolledBack(unit, group, open, e);
    } catch (KernelException e) {
      throw rolledBack(
          unit, group, open, new Refusal(Code.BIND_FAILED, e, "See the kernel's log (dmesg)."));
    }
    unit = unit.in(ManagedUnit.Phase.BOUND);
    units.put(unit);
    open.finish();
    if (unit.isToBeGuarded()) {
      guard.take(group.members());
    }
    return new Result.Bound(group.number(), unit.saved(), unit.isToBeGuarded());
  }

  private ManagedUnit enter(Optional<ManagedUnit> known, GroupNow group) throws Refusal {
    try {
      ManagedUnit unit =
          known.isPresent()
              ? known.get()
              : new ManagedUnit(
                  group.members(),
                  group.identities(),
                  binding.save(group.members()),
                  ManagedUnit.Phase.BINDING,
                  Optional.empty());
      units.put(unit);
      units.publish();
      return unit;
    } catch (KernelException e) {
      throw new Refusal(Code.BIND_FAILED, e, "Nothing was changed.");
    }
  }

  private Refusal rolledBack(ManagedUnit unit, GroupNow group, Journal.Open open, Refusal why) {
    try {
      binding.toSaved(unit, group, open);
      if (unit.phase() == ManagedUnit.Phase.BINDING) {
        units.remove(unit);
        units.publish();
      }
      open.finish();
      return new Refusal(
          why.code(), why.getMessage() + " Everything is as it was before.", why.detail());
    } catch (Refusal e) {
      return stranded(why, e);
    } catch (KernelException e) {
      return stranded(
          why,
          new Refusal(Code.ROLLBACK_FAILED, e, "The group is between its drivers: look at it."));
    }
  }

  private static Refusal stranded(Refusal why, Refusal undoing) {
    return new Refusal(
        Code.ROLLBACK_FAILED,
        why.getMessage() + " Undoing it failed as well: " + undoing.getMessage());
  }
}
