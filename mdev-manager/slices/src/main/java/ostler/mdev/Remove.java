package ostler.mdev;

import java.util.Optional;
import ostler.inventory.DeviceIdentity;
import ostler.root.Code;
import ostler.root.KernelError;
import ostler.root.KernelException;
import ostler.root.Refusal;

/** The verb {@code remove}. */
final class Remove {

  private final Book book;
  private final Host host;
  private final Users users;
  private final Capacity capacity;
  private final Settling settling;
  private final Definitions definitions;
  private final SliceGuard guard;

  Remove(
      Book book,
      Host host,
      Users users,
      Capacity capacity,
      Settling settling,
      Definitions definitions,
      SliceGuard guard) {
    this.book = book;
    this.host = host;
    this.users = users;
    this.capacity = capacity;
    this.settling = settling;
    this.definitions = definitions;
    this.guard = guard;
  }

  /**
   * Removes a slice that nobody uses, and uses up its id. One that is not there is removed already.
   * What is on the host and not in the books goes only by an operator's hand.
   *
   * @throws Refusal PERMITTED, HELD, NOT_OURS, SLICE_EXISTS if something else is at its place,
   *     REMOVE_FAILED
   */
  Result.Removed remove(Order order, ParentRecord record, SliceId id) throws Refusal {
    try {
      Optional<Slice> slice = record.slice(id);
      if (slice.isEmpty()) {
        slice = foreign(order, record, id);
      }
      if (slice.isEmpty()) {
        return retire(record, id, Mark.of(order));
      }
      requireForbidden(slice.get());
      Slice ordered = slice.get().under(order);
      Sight sight = host.look(ordered, record.parent());
      if (record.slice(id).isEmpty() && !order.isByHand()) {
        throw notOurs(id);
      }
      if (sight == Sight.OTHER && !order.isByHand()) {
        throw new Refusal(
            Code.SLICE_EXISTS,
            "Something else is where slice %s was, on %s: it is left alone. Look at it, and remove the slice by hand."
                .formatted(id, ordered.wish().place(record.parent())));
      }
      if (sight == Sight.THERE || sight == Sight.HALF) {
        removeThere(record, ordered);
      }
      definitions.delete(ordered, record.parent());
      Result.Removed removed = retire(record, id, ordered.mark());
      guard.tell(ordered);
      return removed;
    } catch (KernelException e) {
      throw new Refusal(
          Code.CANNOT_LOOK, e, "Whether slice %s is there could not be seen.".formatted(id));
    }
  }

  /**
   * Takes a slice out of the books whose card was replaced by another. It went with its card, so
   * the host is not touched; after the last one nothing stands there of the card before.
   *
   * @param found the card that is there now
   * @throws Refusal JOURNAL_FAILED, CANNOT_LOOK
   */
  Result.Removed forget(ParentRecord record, SliceId id, DeviceIdentity found) throws Refusal {
    try {
      Optional<Slice> slice = record.slice(id);
      if (slice.isPresent()) {
        definitions.delete(slice.get(), record.parent());
      }
      ParentRecord without = record.retire(id, Optional.empty());
      ParentRecord done = without.slices().isEmpty() ? without.of(found) : without;
      book.put(done);
      return new Result.Removed(id, capacity.offers(done));
    } catch (KernelException e) {
      throw new Refusal(
          Code.CANNOT_LOOK, e, "What %s offers could not be seen.".formatted(record.parent()));
    }
  }

  private Result.Removed retire(ParentRecord record, SliceId id, Optional<Mark> mark)
      throws Refusal, KernelException {
    ParentRecord done = record.retire(id, mark);
    book.put(done);
    return new Result.Removed(id, capacity.offers(done));
  }

  /** A mediated device of this id that is on the host and not in the books. */
  private Optional<Slice> foreign(Order order, ParentRecord record, SliceId id)
      throws KernelException {
    return host.present(record.parent()).stream()
        .filter(one -> one.uuid().equals(Optional.of(id.value())))
        .findFirst()
        .map(one -> asSlice(order, record, id, one));
  }

  private static void requireForbidden(Slice slice) throws Refusal {
    if (slice.permission().isPresent()) {
      throw new Refusal(
          Code.PERMITTED,
          "Slice %s is permitted to claim %s. Have the claim released first."
              .formatted(slice.id(), slice.permission().get().tenant().claim()));
    }
  }

  private static Slice asSlice(Order order, ParentRecord record, SliceId id, Present one) {
    Wish wish =
        new Wish(
            one.kind(),
            Optional.of(one.place()).filter(place -> !place.equals(record.parent())),
            one.type(),
            Optional.empty(),
            false);
    return Slice.toBeMade(id, wish, Mark.of(order), Mark.reason(order)).in(Slice.Phase.LIVE);
  }

  private static Refusal notOurs(SliceId id) {
    return new Refusal(
        Code.NOT_OURS,
        "Slice %s is on the host, but no order made it: it is left alone. Find out whose it is; by hand, --offline --reason removes it."
            .formatted(id));
  }

  private void removeThere(ParentRecord record, Slice slice) throws Refusal, KernelException {
    ParentRecord intent = record.put(slice.in(Slice.Phase.REMOVING));
    users.alone(
        slice,
        record.parent(),
        () -> {
          book.put(intent);
          removeAlone(intent, slice);
        });
  }

  /**
   * A parent may say that the slice is not active yet, and whoever else removes it may be faster:
   * only whether it is gone counts.
   */
  private void removeAlone(ParentRecord intent, Slice slice) throws Refusal {
    try {
      boolean gone =
          host.awaits(() -> told(intent, slice))
              && (slice.wish().kind() == SliceKind.SRIOV_VF
                  || host.awaits(() -> host.look(slice, intent.parent()) == Sight.ABSENT));
      if (!gone) {
        settling.settle(intent);
        throw new Refusal(
            Code.REMOVE_FAILED,
            "Slice %s is still there although the kernel was told to remove it. See the kernel's log (dmesg); the device may need a reset."
                .formatted(slice.id()));
      }
    } catch (KernelException e) {
      settling.settle(intent);
      if (slice.wish().kind() == SliceKind.MIG && e.error() == KernelError.EBUSY) {
        throw new Refusal(
            Code.HELD, e, "Somebody works on slice %s. Stop that first.".formatted(slice.id()));
      }
      throw new Refusal(Code.REMOVE_FAILED, e, "The slice stays. See the kernel's log (dmesg).");
    }
  }

  /** Whether the kernel has taken the order, and need not be told again. */
  private boolean told(ParentRecord intent, Slice slice) throws KernelException {
    try {
      host.backend(slice.wish().kind()).remove(slice, intent.parent());
      return true;
    } catch (KernelException e) {
      if (e.error() == KernelError.EAGAIN) {
        return false;
      }
      if (isGone(e)) {
        return true;
      }
      throw e;
    }
  }

  private static boolean isGone(KernelException e) {
    return e.error() == KernelError.ENOENT || e.error() == KernelError.ENODEV;
  }
}
