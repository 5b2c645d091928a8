package ostler.allocator.engine;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import ostler.flavor.UnitModel;
import ostler.inventory.ClaimId;
import ostler.inventory.Fence;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;

/**
 * One unit with all that bears on handing it out. Only {@link Lifecycle} makes one with another
 * state.
 *
 * @param model the canonical text of its members' models; units of one model are interchangeable
 * @param slice what makes it a slice; absent for a whole unit
 * @param cut whom it serves while it is sliced itself
 * @param since when it came into its state
 * @param generation raised by each change, so that a change based on an old reading fails
 * @param fence of the newest order to its host
 * @param claim present exactly in the claimed states
 * @param lastClaim the claim before, which the next wipe record names
 * @param cause why it came into its state, where there is something to say
 */
public record Unit(
    UnitId id,
    HostName host,
    UnitModel model,
    Optional<Slice> slice,
    Cut cut,
    UnitState state,
    Instant since,
    long generation,
    Fence fence,
    Standing standing,
    Cleaning cleaning,
    Optional<ClaimId> claim,
    Optional<ClaimId> lastClaim,
    Optional<Reason> cause,
    Observed observed) {

  public Unit {
    Objects.requireNonNull(id);
    Objects.requireNonNull(host);
    Objects.requireNonNull(model);
    Objects.requireNonNull(slice);
    Objects.requireNonNull(cut);
    Objects.requireNonNull(state);
    Objects.requireNonNull(since);
    Objects.requireNonNull(fence);
    Objects.requireNonNull(standing);
    Objects.requireNonNull(cleaning);
    Objects.requireNonNull(claim);
    Objects.requireNonNull(lastClaim);
    Objects.requireNonNull(cause);
    Objects.requireNonNull(observed);
    if (state.isClaimed() != claim.isPresent()) {
      throw new IllegalArgumentException("a unit that is " + state + " with claim " + claim);
    }
    if ((state == UnitState.CLEANING) != cleaning.order().isPresent()) {
      throw new IllegalArgumentException("a unit that is " + state + " with " + cleaning);
    }
    if (state == UnitState.CLEAN && cleaning.certificate().isEmpty()) {
      throw new IllegalArgumentException("a clean unit without a wipe record");
    }
    if (state != UnitState.SLICED && !cut.equals(Cut.NONE)) {
      throw new IllegalArgumentException("a unit that is " + state + " with " + cut);
    }
    if (state == UnitState.SLICED && slice.isPresent()) {
      throw new IllegalArgumentException("a slice that is sliced itself");
    }
  }

  /** A whole unit that is not sliced. */
  public Unit(
      UnitId id,
      HostName host,
      UnitModel model,
      UnitState state,
      Instant since,
      long generation,
      Fence fence,
      Standing standing,
      Cleaning cleaning,
      Optional<ClaimId> claim,
      Optional<ClaimId> lastClaim,
      Optional<Reason> cause,
      Observed observed) {
    this(
        id,
        host,
        model,
        Optional.empty(),
        Cut.NONE,
        state,
        since,
        generation,
        fence,
        standing,
        cleaning,
        claim,
        lastClaim,
        cause,
        observed);
  }

  /** A unit before it is taken in. */
  public static Unit unmanaged(UnitId id, HostName host, UnitModel model, Instant since) {
    return new Unit(
        id,
        host,
        model,
        UnitState.UNMANAGED,
        since,
        0,
        new Fence(0, 0),
        Standing.NEW,
        Cleaning.NEVER,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Observed.NOTHING);
  }

  /** A slice before it is made. */
  public static Unit unmade(UnitId id, HostName host, UnitModel model, Slice slice, Instant since) {
    Unit whole = unmanaged(id, host, model, since);
    return new Unit(
        id,
        host,
        model,
        Optional.of(slice),
        Cut.NONE,
        whole.state,
        since,
        whole.generation,
        whole.fence,
        whole.standing,
        whole.cleaning,
        whole.claim,
        whole.lastClaim,
        whole.cause,
        whole.observed);
  }

  /** What kind of unit it is. */
  public UnitKind kind() {
    return slice.map(Slice::kind).orElse(UnitKind.WHOLE);
  }

  /** Whether it is a typed slice that its host makes only when it cleans it. */
  boolean isYetToBeMade() {
    return kind().isTyped() && state == UnitState.DIRTY;
  }

  /** The same parent, serving otherwise. */
  public Unit with(Cut now) {
    return with(now, generation, standing, cleaning, observed);
  }

  public Unit with(Standing now) {
    return with(cut, generation, now, cleaning, observed);
  }

  public Unit with(Cleaning now) {
    return with(cut, generation, standing, now, observed);
  }

  public Unit with(Observed now) {
    return with(cut, generation, standing, cleaning, now);
  }

  /** The same unit, as the row is numbered after a change. */
  public Unit withGeneration(long now) {
    return with(cut, now, standing, cleaning, observed);
  }

  /** The same unit in the same state, with all that may change about it meanwhile. */
  private Unit with(
      Cut itsCut, long number, Standing itsStanding, Cleaning itsCleaning, Observed seen) {
    return new Unit(
        id,
        host,
        model,
        slice,
        itsCut,
        state,
        since,
        number,
        fence,
        itsStanding,
        itsCleaning,
        claim,
        lastClaim,
        cause,
        seen);
  }
}
