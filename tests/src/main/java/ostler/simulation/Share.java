package ostler.simulation;

import java.util.Optional;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.Tenant;

/** What one tenant at a time can have: a whole card, or a slice of one. */
abstract class Share {

  /** Whom root lets in. */
  Optional<Tenant> permit = Optional.empty();

  /** Whose machine has it open. */
  Optional<Tenant> holder = Optional.empty();

  /** Whose data is in its memory. */
  Optional<ClaimId> secret = Optional.empty();

  /** The card that it is, or is cut from. */
  abstract Card card();

  HostName host() {
    return card().host();
  }
}
