package ostler.allocator.engine;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import ostler.flavor.UnitModel;
import ostler.inventory.ClaimId;
import ostler.inventory.Fence;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;

/**
 * One unit with all that bears on handing it out. Only {@link Lifecycle} makes one with another
 * state.
 *
 * @param model the canonical text of its members' models; units of one model are interchangeable
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

  public Unit with(Standing now) {
    return new Unit(
        id,
        host,
        model,
        state,
        since,
        generation,
        fence,
        now,
        cleaning,
        claim,
        lastClaim,
        cause,
        observed);
  }

  public Unit with(Cleaning now) {
    return new Unit(
        id,
        host,
        model,
        state,
        since,
        generation,
        fence,
        standing,
        now,
        claim,
        lastClaim,
        cause,
        observed);
  }

  public Unit with(Observed now) {
    return new Unit(
        id,
        host,
        model,
        state,
        since,
        generation,
        fence,
        standing,
        cleaning,
        claim,
        lastClaim,
        cause,
        now);
  }

  /** The same unit, as the row is numbered after a change. */
  public Unit withGeneration(long now) {
    return new Unit(
        id, host, model, state, since, now, fence, standing, cleaning, claim, lastClaim, cause,
        observed);
  }
}
