package ostler.allocator.engine;

import java.util.Objects;
import java.util.Optional;
import ostler.inventory.HostName;

/**
 * The facts about a host that bear on its units.
 *
 * @param closed why none of its units is to be given out, where an operator said so
 */
public record HostStanding(HostName host, Optional<Code> closed, boolean silent) {
  public HostStanding {
    Objects.requireNonNull(host);
    Objects.requireNonNull(closed);
  }
}
