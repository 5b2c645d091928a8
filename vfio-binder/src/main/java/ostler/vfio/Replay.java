package ostler.vfio;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.Devices;
import ostler.root.KernelException;
import ostler.root.Refusal;

/**
 * Finishes or undoes what a verb left half done when it was killed, by what is seen now. It runs
 * before every verb on the same devices, and may itself be killed and begun again anywhere.
 */
final class Replay {

  private final UnitBook units;
  private final Journal journal;
  private final Binding binding;
  private final HolderScan scan;
  private final Devices devices;
  private final PciBus bus;
  private final ConfigSpace config;

  Replay(
      UnitBook units,
      Journal journal,
      Binding binding,
      HolderScan scan,
      Devices devices,
      PciBus bus,
      ConfigSpace config) {
    this.units = units;
    this.journal = journal;
    this.binding = binding;
    this.scan = scan;
    this.devices = devices;
    this.bus = bus;
    this.config = config;
  }

  /**
   * Brings every unfinished operation on a device of the group to an end.
   *
   * @throws Refusal ROLLBACK_FAILED, or JOURNAL_FAILED if a journal cannot be believed
   */
  void finish(GroupNow group) throws Refusal {
    for (Journal.Unfinished operation : journal.unfinished(group.members())) {
      Journal.Open open = journal.resume(operation);
      try {
        switch (operation.verb()) {
          case BIND, RELEASE, ADOPT -> settle(operation, group, open);
          case RESET, SCRUB -> putBack(operation);
          case PERMIT, FORBID, HOLDERS, STATE ->
              throw new Refusal(
                  Code.JOURNAL_FAILED, operation.verb() + " keeps no journal, but there is one.");
        }
        open.finish();
      } catch (KernelException e) {
        throw new Refusal(
            Code.ROLLBACK_FAILED,
            e,
            "An earlier %s of %s was interrupted and cannot be brought to an end: look at it."
                .formatted(operation.verb(), operation.members()));
      }
    }
  }

  private void settle(Journal.Unfinished operation, GroupNow group, Journal.Open open)
      throws Refusal, KernelException {
    Optional<ManagedUnit> unit = units.find(operation.members());
    if (unit.isPresent()) {
      settle(unit.get(), group, open);
    }
    units.publish();
  }

  /**
   * On vfio-pci wholly, the unit is bound. Between its drivers, a binding goes on if it can, and a
   * release always. On none, a unit that was managed before stays so, and has to be bound again.
   */
  private void settle(ManagedUnit unit, GroupNow group, Journal.Open open)
      throws Refusal, KernelException {
    boolean goesOn =
        unit.phase() != ManagedUnit.Phase.RELEASING
            && !binding.isNone(unit.members())
            && !unit.isAnother(group)
            && scan.look(group).holders().isEmpty();
    if (binding.isWhole(unit.members()) || (goesOn && bindsOn(unit, group, open))) {
      units.put(unit.in(ManagedUnit.Phase.BOUND));
      return;
    }
    binding.toSaved(unit, group, open);
    if (unit.phase() != ManagedUnit.Phase.BOUND) {
      units.remove(unit);
    }
  }

  private boolean bindsOn(ManagedUnit unit, GroupNow group, Journal.Open open)
      throws Refusal, KernelException {
    try {
      binding.toVfio(unit, group, open);
      return true;
    } catch (Refusal e) {
      if (e.code() == Code.BIND_FAILED || e.code() == Code.VFIO_ABSENT || e.code() == Code.HELD) {
        return false;
      }
      throw e;
    }
  }

  /** The first word of each device on what it had before is the true one. */
  private void putBack(Journal.Unfinished operation) throws KernelException {
    Set<PciAddress> methods = new HashSet<>();
    Set<PciAddress> commands = new HashSet<>();
    for (JournalStep step : operation.steps()) {
      boolean chosen = step.methodsBefore().isPresent() && methods.add(step.device());
      if (chosen && !devices.resetMethods(step.device()).equals(step.methodsBefore())) {
        bus.resetMethods(step.device(), step.methodsBefore().get());
      }
      if (step.commandBefore().isPresent() && commands.add(step.device())) {
        config.setCommand(step.device(), step.commandBefore().getAsInt());
      }
    }
  }
}
