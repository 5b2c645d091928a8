package ostler.mdev;

import java.util.Optional;
import ostler.pci.PciAddress;
import ostler.root.Permission;
import ostler.root.PublishedSlice;
import ostler.root.Reason;

/**
 * A slice in this program's books. Its phase is also its journal: it is on disk before the step
 * that it announces, and after a kill what is seen on the host decides.
 *
 * @param mark of the last order for it; absent where it was only ever worked on by hand
 * @param byHand why an operator made it, or worked on it, where one did
 * @param permission absent while nobody may have it
 */
record Slice(
    SliceId id,
    Wish wish,
    Phase phase,
    Optional<Mark> mark,
    Optional<Reason> byHand,
    Optional<Permission> permission) {

  /** How far it is. */
  enum Phase {
    /** About to be made. */
    CREATING,
    /** Made. */
    LIVE,
    /** About to be removed. */
    REMOVING
  }

  /** One that is to be made, and that nobody may have. */
  static Slice toBeMade(SliceId id, Wish wish, Optional<Mark> mark, Optional<Reason> byHand) {
    return new Slice(id, wish, Phase.CREATING, mark, byHand, Optional.empty());
  }

  Slice in(Phase next) {
    return new Slice(id, wish, next, mark, byHand, permission);
  }

  Slice with(Wish now) {
    return new Slice(id, now, phase, mark, byHand, permission);
  }

  Slice with(Optional<Permission> next) {
    return new Slice(id, wish, phase, mark, byHand, next);
  }

  /** The same after another order, or another work by hand, was let pass. */
  Slice under(Order order) {
    return new Slice(
        id,
        wish,
        phase,
        Mark.of(order).or(() -> mark),
        Mark.reason(order).or(() -> byHand),
        permission);
  }

  /** Whether the guard is to keep everybody out. */
  boolean isToBeGuarded() {
    return wish.kind().isGuarded() && permission.map(Permission::closing).orElse(true);
  }

  /** As the guard and the hook know it. */
  PublishedSlice published(PciAddress parent) {
    return new PublishedSlice(
        id.value(), wish.kind().unitKind(), parent, wish.function(), permission);
  }
}
