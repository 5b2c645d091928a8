package ostler.allocator.engine.placement;

import java.util.List;
import java.util.Objects;
import ostler.inventory.HostName;

/**
 * Units of one host that serve a request.
 *
 * @param parts for each need of the request, in its order, the units for it
 */
public record Plan(HostName host, List<List<Candidate>> parts) {
  public Plan {
    Objects.requireNonNull(host);
    parts = parts.stream().map(List::copyOf).toList();
  }

  /** All units of all parts. */
  public List<Candidate> units() {
    return parts.stream().flatMap(List::stream).toList();
  }
}
