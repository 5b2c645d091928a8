package ostler.inventory;

import java.util.Objects;
import java.util.Optional;

/**
 * A slice that is on a host, or that somebody may have there, and that no order is about any more.
 * A database that was restored knows it by nothing else.
 *
 * @param order the last one that the host took up for it
 * @param tenant the only one who may have had it since it was made
 */
public record UnorderedSlice(UnitOrder order, Optional<Tenant> tenant) {
  public UnorderedSlice {
    Objects.requireNonNull(order);
    Objects.requireNonNull(tenant);
    if (order.kind() == UnitKind.WHOLE) {
      throw new IllegalArgumentException("unit " + order.unit() + " is whole, and no slice");
    }
  }
}
