package ostler.vfio;

import java.util.Optional;
import ostler.inventory.Tenant;
import ostler.root.Code;
import ostler.root.KernelException;
import ostler.root.Permission;
import ostler.root.Refusal;

/** The verb {@code adopt}. */
final class Adopt {

  private final UnitBook units;
  private final Journal journal;
  private final Binding binding;
  private final HostNeeds needs;
  private final HolderScan scan;
  private final GuardClient guard;

  Adopt(
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
   * Takes into the books a group that its tenant has already: bound to vfio-pci by somebody else
   * and open. Neither the tenant nor the guard is touched, and nothing is undone: from the first
   * change on the unit is managed and permitted to the tenant, which is what is true of it. What
   * its devices were before is not known, so they will be given back to the drivers that the kernel
   * finds for them.
   *
   * @throws Refusal NOT_BOUND, NOT_HELD, PERMITTED, GROUP_CHANGED, PROTECTED, GUARD_ABSENT and
   *     others
   */
  Result.Guarded adopt(Order order, GroupNow group, Tenant tenant) throws Refusal {
    Optional<ManagedUnit> known = units.find(group.members());
    if (known.isPresent()) {
      known.get().requireSameCards(group);
      known.get().requireNobodyElses(tenant);
    }
    if (!binding.isWhole(group.members())) {
      throw new Refusal(
          Code.NOT_BOUND,
          "%s is not wholly on vfio-pci, so no tenant has it through vfio. Have it claimed as any other."
              .formatted(group.members()));
    }
    if (known.flatMap(ManagedUnit::permission).isEmpty()) {
      guard.requirePresent(group.members());
      needs.check(group);
      requireHeld(group);
    }
    try {
      ManagedUnit unit = known.isPresent() ? known.get() : unknown(group);
      enter(unit.with(Optional.of(Permission.of(tenant))), order, group);
    } catch (KernelException e) {
      throw new Refusal(
          Code.BIND_FAILED, e, "Its tenant keeps it. See the kernel's log (dmesg), and try again.");
    }
    return new Result.Guarded(guard.sync(group.members()).guarded());
  }

  private void requireHeld(GroupNow group) throws Refusal {
    if (scan.look(group).holders().isEmpty()) {
      throw new Refusal(
          Code.NOT_HELD,
          "Nobody has %s open, so there is no tenant to adopt. Have it claimed as any other."
              .formatted(group.members()));
    }
  }

  private ManagedUnit unknown(GroupNow group) throws KernelException {
    return new ManagedUnit(
        group.members(),
        group.identities(),
        binding.save(group.members()).stream().map(SavedState::ofStranger).toList(),
        ManagedUnit.Phase.BOUND,
        Optional.empty());
  }

  private void enter(ManagedUnit unit, Order order, GroupNow group)
      throws Refusal, KernelException {
    Journal.Open open = journal.begin(order);
    units.put(unit);
    units.publish();
    binding.toVfio(unit, group, open);
    open.finish();
  }
}
