package ostler.inventory;

import java.util.Objects;
import java.util.Optional;

/**
 * A wipe to be run once.
 *
 * @param level what it must reach to count
 * @param previousClaim whose data it is to remove, absent where the unit never had a tenant
 */
public record WipeOrder(
    WipeId id, WipeLevel level, ResetChoice reset, Optional<ClaimId> previousClaim) {
  public WipeOrder {
    Objects.requireNonNull(id);
    Objects.requireNonNull(level);
    Objects.requireNonNull(reset);
    Objects.requireNonNull(previousClaim);
  }
}
