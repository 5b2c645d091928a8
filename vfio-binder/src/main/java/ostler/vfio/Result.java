package ostler.vfio;

import java.util.List;
import java.util.Optional;
import ostler.inventory.Fence;
import ostler.inventory.WipeCoverage;
import ostler.inventory.WipeStep;
import ostler.pci.IommuGroup;
import ostler.root.SeenHolders;

/** What a verb has to say when it did what it was asked. */
sealed interface Result {

  record HeldBy(SeenHolders seen) implements Result {}

  record Bound(IommuGroup group, List<SavedState> saved, boolean guarded) implements Result {}

  record Released(List<SavedState> restored) implements Result {}

  /** Of permit and forbid. */
  record Guarded(boolean guarded) implements Result {}

  record Reset(List<WipeStep> steps) implements Result {}

  record Scrubbed(List<WipeStep> steps, WipeCoverage coverage, List<String> gaps)
      implements Result {}

  record Known(List<Standing> managed) implements Result {}

  /**
   * How a managed unit stands.
   *
   * @param group absent where it could not be found
   * @param driverOk whether all members are on vfio-pci
   * @param guarded absent where the guard does not answer
   */
  record Standing(
      ManagedUnit unit,
      Optional<IommuGroup> group,
      boolean driverOk,
      Optional<Boolean> guarded,
      Optional<Fence> fence,
      Optional<FenceMark.ByHand> byHand) {}
}
