package ostler.agent.reconcile;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import ostler.inventory.ResetChoice;
import ostler.pci.ResetMethod;

/**
 * Which resets to try for a unit, in order. Only one that is refused as unsupported is followed by
 * the next: one that failed is evidence.
 */
final class ResetPlan {

  /**
   * What the kernel has a special way for goes first, since the usual ways are broken there; then a
   * function's own reset, which touches nothing else; the power state last of the common ones, as
   * it resets least.
   */
  private static final List<ResetChoice> PREFERENCE =
      List.of(
          ResetChoice.DEVICE_SPECIFIC,
          ResetChoice.FLR,
          ResetChoice.AF_FLR,
          ResetChoice.HOT,
          ResetChoice.BUS,
          ResetChoice.PM,
          ResetChoice.ACPI);

  private ResetPlan() {}

  /**
   * The choices to try.
   *
   * @param methods of each member, as the kernel lists them. The list is no promise: it is made
   *     before a function's siblings are known, and a method may then refuse (seen with Linux 6.1:
   *     the bus reset of a card of several functions)
   */
  static List<ResetChoice> of(ResetChoice ordered, Collection<List<ResetMethod>> methods) {
    if (ordered != ResetChoice.AUTO) {
      return List.of(ordered);
    }
    List<ResetChoice> plan = new ArrayList<>();
    for (ResetChoice choice : PREFERENCE) {
      boolean offered =
          choice == ResetChoice.HOT
              ? methods.size() > 1
              : methods.stream().allMatch(of -> has(of, choice));
      if (offered) {
        plan.add(choice);
      }
    }
    return plan;
  }

  private static boolean has(List<ResetMethod> methods, ResetChoice choice) {
    return methods.stream()
        .anyMatch(method -> ResetChoice.tryParse(method.kernelName()).equals(Optional.of(choice)));
  }
}
