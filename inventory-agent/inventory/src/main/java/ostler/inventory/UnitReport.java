package ostler.inventory;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a host saw of one unit.
 *
 * @param fence of the highest order that the host has taken up for it
 * @param bound whether every member is bound to vfio
 * @param guarded whether the guard keeps everybody else out
 * @param holders who has it open; says nothing where it is not known
 * @param holdersKnown whether the host could look: only then does an empty list mean nobody
 */
public record UnitReport(
    UnitId unit,
    Fence fence,
    UnitPhase phase,
    boolean bound,
    boolean guarded,
    List<Holder> holders,
    boolean holdersKnown,
    Optional<UnitProblem> problem) {
  public UnitReport {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(fence);
    Objects.requireNonNull(phase);
    holders = List.copyOf(holders);
    Objects.requireNonNull(problem);
  }
}
