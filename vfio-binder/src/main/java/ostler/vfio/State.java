package ostler.vfio;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ostler.pci.IommuGroup;
import ostler.root.Code;
import ostler.root.Devices;
import ostler.root.Refusal;

/** The verb {@code state}. */
final class State {

  private final UnitBook units;
  private final FenceBook fences;
  private final Devices devices;
  private final Binding binding;
  private final GuardClient guard;

  State(UnitBook units, FenceBook fences, Devices devices, Binding binding, GuardClient guard) {
    this.units = units;
    this.fences = fences;
    this.devices = devices;
    this.binding = binding;
    this.guard = guard;
  }

  /**
   * Says how each managed unit stands.
   *
   * @throws Refusal JOURNAL_FAILED
   */
  Result.Known state() throws Refusal {
    List<Result.Standing> standings = new ArrayList<>();
    for (ManagedUnit unit : units.all()) {
      Optional<IommuGroup> group = devices.group(unit.members().first());
      standings.add(
          new Result.Standing(
              unit,
              group,
              binding.isWhole(unit.members()),
              guarded(unit.members()),
              fences.highest(unit.members()),
              fences.byHand(unit.members())));
    }
    return new Result.Known(standings);
  }

  /** Empty where the guard does not answer. */
  private Optional<Boolean> guarded(Members members) throws Refusal {
    try {
      return Optional.of(guard.sync(members).guarded());
    } catch (Refusal e) {
      if (e.code() == Code.GUARD_ABSENT) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
