package ostler.allocator.engine;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import ostler.inventory.ClaimId;

/**
 * A short promise to a consumer: it is charged, and whoever needs no promise looks for units
 * elsewhere first; it pins no unit.
 *
 * @param claim that made use of it
 * @param expires by the database's clock
 * @param ended when it was used, let go, or found expired
 */
public record Hold(
    HoldRequest request,
    HoldState state,
    Optional<ClaimId> claim,
    String createdBy,
    Instant created,
    Instant expires,
    Optional<Instant> ended) {

  public Hold {
    Objects.requireNonNull(request);
    Objects.requireNonNull(state);
    Objects.requireNonNull(claim);
    Objects.requireNonNull(createdBy);
    Objects.requireNonNull(created);
    Objects.requireNonNull(expires);
    Objects.requireNonNull(ended);
  }

  public static Hold made(HoldRequest request, String by, Instant now) {
    return new Hold(
        request,
        HoldState.HELD,
        Optional.empty(),
        by,
        now,
        now.plus(request.ttl()),
        Optional.empty());
  }

  public HoldId id() {
    return request.id();
  }

  public Hold ended(HoldState how, Optional<ClaimId> by, Instant now) {
    return new Hold(request, how, by, createdBy, created, expires, Optional.of(now));
  }

  /** Whether it is a promise that a claim may still make use of. */
  public boolean isGood(Instant now) {
    return state == HoldState.HELD && expires.isAfter(now);
  }

  public boolean isDue(Instant now) {
    return state == HoldState.HELD && !expires.isAfter(now);
  }
}
