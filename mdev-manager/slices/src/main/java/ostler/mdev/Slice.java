package ostler.mdev;

import java.util.Optional;
import ostler.root.Reason;

/**
 * A slice in this program's books. Its phase is also its journal: it is on disk before the step
 * that it announces, and after a kill what is seen on the host decides.
 *
 * @param mark of the last order for it; absent where it was only ever worked on by hand
 * @param byHand why an operator made or removed it, where one did
 */
record Slice(SliceId id, Wish wish, Phase phase, Optional<Mark> mark, Optional<Reason> byHand) {

  /** How far it is. */
  enum Phase {
    /** About to be made. */
    CREATING,
    /** Made. */
    LIVE,
    /** About to be removed. */
    REMOVING
  }

  Slice in(Phase next) {
    return new Slice(id, wish, next, mark, byHand);
  }

  Slice with(Wish now) {
    return new Slice(id, now, phase, mark, byHand);
  }

  /** The same after another order, or another work by hand, was let pass. */
  Slice under(Order order) {
    return new Slice(
        id, wish, phase, Mark.of(order).or(() -> mark), Mark.reason(order).or(() -> byHand));
  }
}
