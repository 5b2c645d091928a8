package ostler.mdev;

import java.util.Optional;
import ostler.inventory.Tenant;
import ostler.root.Code;
import ostler.root.GuardCall;
import ostler.root.KernelException;
import ostler.root.Permission;
import ostler.root.Refusal;

/** The verbs {@code permit} and {@code forbid}. */
final class Permits {

  private final Book book;
  private final Host host;
  private final Users users;
  private final SliceGuard guard;

  Permits(Book book, Host host, Users users, SliceGuard guard) {
    this.book = book;
    this.host = host;
    this.users = users;
    this.guard = guard;
  }

  /**
   * Lets a tenant have a slice: the permit is on disk first, and then the guard lets go.
   *
   * @throws Refusal NO_SLICE, RETIRED, SLICE_EXISTS, UNSUPPORTED, PERMITTED, VOIDED, HELD,
   *     GUARD_ABSENT and others
   */
  Result.Guarded permit(Order order, ParentRecord record, SliceId id, Tenant tenant)
      throws Refusal {
    Slice slice = known(record, id);
    if (look(record, slice) != Sight.THERE) {
      throw new Refusal(
          Code.NO_SLICE,
          "Slice %s is not on %s now. Have it restored first."
              .formatted(id, slice.wish().place(record.parent())));
    }
    requireNobodyElses(slice, tenant);
    if (slice.permission().isEmpty()) {
      requireUntouched(slice);
      users.requireFree(slice, record.parent());
      guard.take(slice);
    }
    Slice permitted = slice.under(order).with(Optional.of(Permission.of(tenant)));
    book.put(record.put(permitted));
    boolean guarded = permitted.wish().kind().isGuarded() && guard.sync(id).guarded();
    return new Result.Guarded(id, guarded);
  }

  /**
   * Takes a slice back from a tenant that has it open no more. The guard's own opening is what
   * proves that: the kernel lets nobody open a group that somebody has open. Until the guard has
   * it, the permit stays on disk, marked as closing, so that nobody new is let in. A slice that is
   * not on the host is open to nobody.
   *
   * @throws Refusal HELD, and then nothing has changed; NO_SLICE, RETIRED, SLICE_EXISTS,
   *     UNSUPPORTED, GUARD_ABSENT and others
   */
  Result.Guarded forbid(Order order, ParentRecord record, SliceId id) throws Refusal {
    Slice slice = known(record, id).under(order);
    Slice forbidden = slice.with(Optional.empty());
    boolean there = look(record, slice) == Sight.THERE;
    if (there) {
      users.requireFree(slice, record.parent());
    }
    if (there && slice.wish().kind().isGuarded()) {
      takeBack(record, slice);
    }
    book.put(record.put(forbidden));
    return new Result.Guarded(id, there && slice.wish().kind().isGuarded());
  }

  private void takeBack(ParentRecord record, Slice slice) throws Refusal {
    Optional<Permission> permission = slice.permission();
    if (permission.isPresent()) {
      book.put(record.put(slice.with(permission.map(Permission::closed))));
    }
    GuardCall.Answer answer = guard.sync(slice.id());
    if (!answer.guarded()) {
      book.put(record.put(slice.with(permission.map(Permission::reopened))));
      guard.sync(slice.id());
      throw SliceGuard.why(slice.id(), answer);
    }
  }

  private static Slice known(ParentRecord record, SliceId id) throws Refusal {
    Optional<Slice> slice = record.slice(id);
    if (slice.isEmpty()) {
      throw record.isGone(id)
          ? new Refusal(
              Code.RETIRED,
              "Slice %s was removed: its id is never used again. Draw a new one.".formatted(id))
          : new Refusal(
              Code.NO_SLICE,
              "There is no slice %s of %s in the books. Make it first."
                  .formatted(id, record.parent()));
    }
    if (!slice.get().wish().kind().hasType()) {
      throw new Refusal(
          Code.UNSUPPORTED,
          "Slice %s is a plain virtual function: ostler-vfio hands those out.".formatted(id));
    }
    return slice.get();
  }

  private Sight look(ParentRecord record, Slice slice) throws Refusal {
    try {
      Sight sight = host.look(slice, record.parent());
      if (sight == Sight.OTHER) {
        throw new Refusal(
            Code.SLICE_EXISTS,
            "Something else is where slice %s was, on %s. Look at it, and remove the slice by hand."
                .formatted(slice.id(), slice.wish().place(record.parent())));
      }
      return sight;
    } catch (KernelException e) {
      throw new Refusal(
          Code.CANNOT_LOOK,
          e,
          "Whether slice %s is there could not be seen.".formatted(slice.id()));
    }
  }

  private static void requireNobodyElses(Slice slice, Tenant tenant) throws Refusal {
    Optional<Permission> others =
        slice.permission().filter(its -> !its.equals(Permission.of(tenant)));
    if (others.isPresent()) {
      throw new Refusal(
          Code.PERMITTED,
          "Slice %s is permitted to claim %s already. Have that released first."
              .formatted(slice.id(), others.get().tenant().claim()));
    }
  }

  private static void requireUntouched(Slice slice) throws Refusal {
    if (slice.byHand().isPresent()) {
      throw new Refusal(
          Code.VOIDED,
          "Slice %s was worked on by hand since it was made (%s). Have it destroyed and made anew."
              .formatted(slice.id(), slice.byHand().get()));
    }
  }
}
