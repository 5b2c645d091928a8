package ostler.allocator.engine;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.inventory.Consumer;
import ostler.inventory.Fence;
import ostler.inventory.Holder;
import ostler.inventory.SliceHandle;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitProblem;
import ostler.inventory.UnitReport;

/**
 * What a unit's host last said about it.
 *
 * @param fence of the order that the host is at, absent before the first report
 * @param phase how far it is with that order, absent before the first report
 * @param bound whether every member is on vfio
 * @param guarded whether the guard keeps the group shut
 * @param holdersKnown whether the host could look at all
 * @param handle by what a tenant attaches it, where it is a slice that has such a thing
 */
public record Observed(
    Optional<Fence> fence,
    Optional<UnitPhase> phase,
    boolean bound,
    boolean guarded,
    List<Holder> holders,
    boolean holdersKnown,
    Optional<UnitProblem> problem,
    Optional<SliceHandle> handle) {

  /** A unit that its host has not spoken of. */
  public static final Observed NOTHING =
      new Observed(
          Optional.empty(), Optional.empty(), false, false, List.of(), false, Optional.empty());

  public Observed {
    Objects.requireNonNull(fence);
    Objects.requireNonNull(phase);
    holders = List.copyOf(holders);
    Objects.requireNonNull(problem);
    Objects.requireNonNull(handle);
  }

  /** What is said of a unit that needs no handle. */
  public Observed(
      Optional<Fence> fence,
      Optional<UnitPhase> phase,
      boolean bound,
      boolean guarded,
      List<Holder> holders,
      boolean holdersKnown,
      Optional<UnitProblem> problem) {
    this(fence, phase, bound, guarded, holders, holdersKnown, problem, Optional.empty());
  }

  static Observed of(UnitReport report) {
    return new Observed(
        Optional.of(report.fence()),
        Optional.of(report.phase()),
        report.bound(),
        report.guarded(),
        report.holders(),
        report.holdersKnown(),
        report.problem(),
        report.handle());
  }

  /** Whether the host looked and saw nobody. */
  public boolean isUnheld() {
    return holdersKnown && holders.isEmpty();
  }

  /** Whether a consumer's own machine is among those who hold it. */
  public boolean isHeldBy(Consumer consumer) {
    return holders.stream().anyMatch(holder -> holder.isMachineOf(consumer));
  }

  /** Who holds it, or else what its host could not do, for the middle of a sentence. */
  public String holdersInWords() {
    return holders.isEmpty()
        ? problem
            .map(its -> " (its host says " + its.code() + ": " + its.message() + ")")
            .orElse("")
        : ", which is held by " + heldBy();
  }

  /** Who holds it, in words. */
  String heldBy() {
    return String.join(
        ", ", holders.stream().map(holder -> holder.kind() + " " + holder.name()).toList());
  }
}
