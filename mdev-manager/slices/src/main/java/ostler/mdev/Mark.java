package ostler.mdev;

import java.util.Optional;
import ostler.inventory.Fence;
import ostler.root.Authority;
import ostler.root.Reason;

/** The fence of an order and what it was for: an equal fence passes only for the same again. */
record Mark(Fence fence, Verb verb) {

  /** The mark that an order leaves; none if it comes by hand. */
  static Optional<Mark> of(Order order) {
    return order.authority() instanceof Authority.Fenced fenced
        ? Optional.of(new Mark(fenced.fence(), order.verb()))
        : Optional.empty();
  }

  /** Why an operator works by hand; empty for an order of the allocator. */
  static Optional<Reason> reason(Order order) {
    return order.authority() instanceof Authority.Offline offline
        ? Optional.of(offline.reason())
        : Optional.empty();
  }

  /** Whether an order with this mark may follow. */
  boolean allows(Mark next) {
    return fence.isOlderThan(next.fence) || equals(next);
  }
}
