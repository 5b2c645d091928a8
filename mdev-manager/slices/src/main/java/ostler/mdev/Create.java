package ostler.mdev;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.inventory.MdevType;
import ostler.inventory.SlicePlacement;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.KernelException;
import ostler.root.Refusal;

/** The verb {@code create}. */
final class Create {

  private final Book book;
  private final Host host;
  private final Users users;
  private final Capacity capacity;
  private final Settling settling;
  private final Definitions definitions;
  private final SliceGuard guard;

  Create(
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
   * Makes a slice, and has it guarded. The same order again finds it made, or makes it again if it
   * is no longer there; what another made under its id or at its place is left alone. The guard
   * knows of the slice before the kernel does, so a kill leaves it to nobody.
   *
   * @throws Refusal NO_INSTANCE, CAPPED, UNKNOWN_TYPE, UNSUPPORTED, SLICE_EXISTS, RETIRED,
   *     CREATE_FAILED, GUARD_ABSENT, HELD and others
   */
  Result.Made create(Order order, ParentRecord record, SliceId id, Wish wish) throws Refusal {
    Optional<Slice> known = record.slice(id);
    if (known.isPresent() && !known.get().wish().agreesWith(wish)) {
      throw new Refusal(
          Code.SLICE_EXISTS,
          "Slice %s exists already, and is another than was asked for. Draw a new id."
              .formatted(id));
    }
    if (record.isGone(id)) {
      throw new Refusal(
          Code.RETIRED,
          "Slice %s was removed before: its id is never used again. Draw a new one.".formatted(id));
    }
    try {
      if (known.isPresent() && host.look(known.get(), record.parent()) == Sight.THERE) {
        Slice there = known.get().under(order);
        ParentRecord kept = record.put(there);
        book.put(kept);
        return made(there, kept);
      }
      if (known.isPresent() && host.look(known.get(), record.parent()) == Sight.HALF) {
        Slice half = known.get().under(order);
        ParentRecord kept = record.put(half);
        book.put(kept);
        return make(kept, half);
      }
      Wish named = placed(record, id, checked(record, id, wish));
      // One that was made before and is lost stays what shall be, also if it cannot be made again.
      Slice slice =
          known
              .map(its -> its.with(named).under(order))
              .orElseGet(() -> Slice.toBeMade(id, named, Mark.of(order), Mark.reason(order)));
      guard.requirePresent(slice);
      ParentRecord intent = record.put(slice);
      book.put(intent);
      return make(intent, slice);
    } catch (KernelException e) {
      throw new Refusal(
          Code.CANNOT_LOOK, e, "What %s offers could not be seen.".formatted(record.parent()));
    }
  }

  private Result.Made make(ParentRecord intent, Slice slice) throws Refusal, KernelException {
    try {
      host.backend(slice.wish().kind()).create(slice, intent.parent());
    } catch (KernelException e) {
      throw refused(intent, slice, e);
    }
    if (!host.awaits(() -> host.look(slice, intent.parent()) == Sight.THERE)) {
      ParentRecord left = settling.settle(intent);
      throw new Refusal(
          Code.CREATE_FAILED,
          "The kernel said that slice %s was made on %s, but it is not there. See the kernel's log (dmesg)."
              .formatted(slice.id(), slice.wish().place(left.parent())));
    }
    definitions.write(slice, intent.parent());
    Slice live = slice.in(Slice.Phase.LIVE);
    ParentRecord done = intent.put(live);
    book.put(done);
    return made(live, done);
  }

  private Result.Made made(Slice slice, ParentRecord record) throws Refusal, KernelException {
    return new Result.Made(slice, guard.take(slice), capacity.offers(record));
  }

  /** Where on the card, which has to be in the books before it is made there. */
  private Wish placed(ParentRecord record, SliceId id, Wish wish) throws Refusal, KernelException {
    if (wish.kind() != SliceKind.MIG || wish.placement().isPresent()) {
      return wish;
    }
    List<SlicePlacement> promised =
        record.drop(id).slices().stream().flatMap(s -> s.wish().placement().stream()).toList();
    return host.mig()
        .choose(record.parent(), wish.type().orElseThrow(), promised)
        .map(wish::at)
        .orElseThrow(
            () ->
                new Refusal(
                    Code.NO_INSTANCE,
                    "%s has no place left where a slice of type %s may lie. Read the types again."
                        .formatted(record.parent(), wish.type().orElseThrow()),
                    Map.of("available", 0L)));
  }

  /** Everything that can be known before anything is written, with the type's name as it is now. */
  private Wish checked(ParentRecord record, SliceId id, Wish wish) throws Refusal, KernelException {
    PciAddress place = wish.place(record.parent());
    if (wish.function().isPresent() && !host.sriov().isOf(place, record.parent())) {
      throw new Refusal(
          Code.UNSUPPORTED,
          "%s is no virtual function of %s now. Scan the host again."
              .formatted(place, record.parent()));
    }
    if (!host.backend(wish.kind()).isAt(place)) {
      throw new Refusal(
          Code.UNSUPPORTED,
          "%s makes no slices of kind %s. See whether its vendor's driver is loaded and bound."
              .formatted(place, wish.kind()));
    }
    requireFreePlace(record, id, wish, place);
    return wish.type().isPresent() ? typed(record, id, wish, place) : wish;
  }

  private void requireFreePlace(ParentRecord record, SliceId id, Wish wish, PciAddress place)
      throws Refusal, KernelException {
    Slice meant = Slice.toBeMade(id, wish, Optional.empty(), Optional.empty());
    boolean plain = wish.kind() == SliceKind.SRIOV_VF;
    boolean others =
        wish.function()
            .flatMap(record::on)
            .filter(slice -> !slice.id().equals(id))
            .filter(slice -> wish.kind().takesFunction() || slice.wish().kind().takesFunction())
            .isPresent();
    if (others || (!plain && host.look(meant, record.parent()) != Sight.ABSENT)) {
      throw new Refusal(
          Code.SLICE_EXISTS,
          "%s is on %s already, and no order made it: it is left alone. Choose another place and a new id."
              .formatted(others ? "Another slice" : "Something", place));
    }
    if (wish.kind().takesFunction()) {
      users.requireUnused(place);
    }
  }

  private Wish typed(ParentRecord record, SliceId id, Wish wish, PciAddress place)
      throws Refusal, KernelException {
    List<MdevType> types = host.backend(wish.kind()).types(place);
    MdevType type =
        types.stream()
            .filter(one -> one.id().equals(wish.type().orElseThrow()))
            .findFirst()
            .orElseThrow(() -> unknown(wish, place));
    if (wish.name().isPresent() && !wish.name().equals(type.name())) {
      throw new Refusal(
          Code.UNKNOWN_TYPE,
          "Type %s of %s is called \"%s\" now, not \"%s\": the driver may have changed. Read the types again."
              .formatted(
                  type.id(), place, type.name().orElse("nothing"), wish.name().orElseThrow()));
    }
    requireRoom(record.drop(id), type, place);
    return wish.named(type.name());
  }

  private void requireRoom(ParentRecord others, MdevType type, PciAddress place) throws Refusal {
    if (capacity.allowance(others, type.id()).orElse(1) < 1) {
      throw new Refusal(
          Code.CAPPED,
          "The operator's limit of slices of type %s on %s is reached. Remove one, or raise it in /etc/ostler/slices."
              .formatted(type.id(), others.parent()),
          Map.of("available", 0L));
    }
    if (type.availableInstances().orElse(0) < 1) {
      throw new Refusal(
          Code.NO_INSTANCE,
          "%s can make no more slices of type %s now: its memory is used up, or its slices are of another type."
              .formatted(place, type.id()),
          Map.of("available", 0L));
    }
  }

  /** A vendor's function lists only what it could make now, so a missing type may be a full one. */
  private static Refusal unknown(Wish wish, PciAddress place) {
    return wish.kind() == SliceKind.VENDOR_VF
        ? new Refusal(
            Code.NO_INSTANCE,
            "%s cannot be given type %s now: there is no room for it, or no such type. Read the types again."
                .formatted(place, wish.type().orElseThrow()),
            Map.of("available", 0L))
        : new Refusal(
            Code.UNKNOWN_TYPE,
            "%s offers no type %s. Read the types again."
                .formatted(place, wish.type().orElseThrow()));
  }

  /** Whoever else makes slices may have been faster, and drivers differ in how they say so. */
  private Refusal refused(ParentRecord intent, Slice slice, KernelException e) throws Refusal {
    PciAddress place = slice.wish().place(intent.parent());
    if (e.error() == ostler.root.KernelError.EEXIST) {
      if (slice.phase() == Slice.Phase.CREATING) {
        book.put(intent.drop(slice.id()));
      }
      return new Refusal(
          Code.SLICE_EXISTS, e, "Somebody else has made a slice of this id; it is left alone.");
    }
    settling.settle(intent);
    return switch (e.error()) {
      case EUSERS, ENOSPC -> full(slice, place, e);
      case ENOENT, ENODEV, ENXIO ->
          new Refusal(
              Code.DEVICE_GONE,
              e,
              "The device or its type went away meanwhile: see whether its driver was unloaded.");
      default ->
          isFull(slice, place)
              ? full(slice, place, e)
              : new Refusal(Code.CREATE_FAILED, e, "See the kernel's log (dmesg).");
    };
  }

  private boolean isFull(Slice slice, PciAddress place) {
    try {
      return host.backend(slice.wish().kind()).types(place).stream()
          .filter(type -> slice.wish().type().equals(Optional.of(type.id())))
          .noneMatch(type -> type.availableInstances().orElse(0) > 0);
    } catch (KernelException e) {
      return false;
    }
  }

  private static Refusal full(Slice slice, PciAddress place, KernelException e) {
    return new Refusal(
        Code.NO_INSTANCE,
        "%s. %s has no room for one more slice of type %s: somebody else was faster. Read the types again."
            .formatted(e.getMessage(), place, slice.wish().type().map(Object::toString).orElse("")),
        Map.of("available", 0L, "kernel_error", e.error().name()));
  }
}
