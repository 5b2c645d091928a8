package ostler.allocator.engine;

import java.util.Objects;
import ostler.inventory.HostName;

/** The facts about a host that bear on its units. */
public record HostStanding(HostName host, boolean cordoned, boolean silent) {
  public HostStanding {
    Objects.requireNonNull(host);
  }
}
