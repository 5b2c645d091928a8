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
 * @param handle by what a tenant attaches it now; only of a slice that is there and has one
 */
public record UnitReport(
    UnitId unit,
    Fence fence,
    UnitPhase phase,
    boolean bound,
    boolean guarded,
    List<Holder> holders,
    boolean holdersKnown,
    Optional<UnitProblem> problem,
    Optional<SliceHandle> handle) {
  public UnitReport {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(fence);
    Objects.requireNonNull(phase);
    holders = List.copyOf(holders);
    Objects.requireNonNull(problem);
    Objects.requireNonNull(handle);
  }

  /** A report of a unit that a tenant attaches by its members' addresses. */
  public UnitReport(
      UnitId unit,
      Fence fence,
      UnitPhase phase,
      boolean bound,
      boolean guarded,
      List<Holder> holders,
      boolean holdersKnown,
      Optional<UnitProblem> problem) {
    this(unit, fence, phase, bound, guarded, holders, holdersKnown, problem, Optional.empty());
  }
}
