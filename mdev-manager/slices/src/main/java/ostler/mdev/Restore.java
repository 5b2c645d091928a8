package ostler.mdev;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ostler.inventory.MdevType;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.KernelException;
import ostler.root.Refusal;

/** The verb {@code restore}. */
final class Restore {

  private final Book book;
  private final Host host;
  private final SetFunctions functions;
  private final SetMigMode migMode;
  private final Capacity capacity;
  private final Definitions definitions;
  private final SliceGuard guard;

  Restore(
      Book book,
      Host host,
      SetFunctions functions,
      SetMigMode migMode,
      Capacity capacity,
      Definitions definitions,
      SliceGuard guard) {
    this.book = book;
    this.host = host;
    this.functions = functions;
    this.migMode = migMode;
    this.capacity = capacity;
    this.definitions = definitions;
    this.guard = guard;
  }

  /**
   * Makes again what the books have and the host has lost, by a reboot or otherwise: first the
   * virtual functions and the MIG mode, then each slice, which then is guarded, or permitted as it
   * was before. A slice that cannot be made again stays in the books and is named; the others go
   * on.
   *
   * @throws Refusal FUNCTIONS_FAILED and others
   */
  Result.Restored restore(ParentRecord record) throws Refusal {
    ParentRecord now = lacksFunctions(record) ? functions.restore(record) : record;
    migMode.restore(now);
    List<SliceId> made = new ArrayList<>();
    List<Result.Failed> failed = new ArrayList<>();
    for (Slice slice : now.slices()) {
      try {
        Sight sight = host.look(slice, now.parent());
        if (sight == Sight.OTHER) {
          throw taken(slice, now.parent());
        }
        boolean wanted = slice.phase() != Slice.Phase.REMOVING;
        if (wanted && (sight == Sight.ABSENT || sight == Sight.HALF)) {
          guard.requirePresent(slice);
          now = makeAgain(now, slice);
          made.add(slice.id());
        }
        guard.take(slice);
      } catch (KernelException e) {
        failed.add(new Result.Failed(slice.id(), failure(e)));
      } catch (Refusal e) {
        failed.add(new Result.Failed(slice.id(), e));
      }
    }
    return new Result.Restored(made, failed, offers(now));
  }

  private boolean lacksFunctions(ParentRecord record) throws Refusal {
    try {
      return record.functions().filter(f -> f.asked() > 0).isPresent()
          && host.sriov().functions(record.parent()).isEmpty();
    } catch (KernelException e) {
      throw new Refusal(
          Code.CANNOT_LOOK,
          e,
          "Which virtual functions %s has could not be seen; nothing was changed."
              .formatted(record.parent()));
    }
  }

  private static Refusal taken(Slice slice, PciAddress parent) {
    return new Refusal(
        Code.SLICE_EXISTS,
        "Something else is where slice %s has to be, on %s: it is left alone. Look at it."
            .formatted(slice.id(), slice.wish().place(parent)));
  }

  private static Refusal failure(KernelException e) {
    return new Refusal(
        Code.CREATE_FAILED, e, "The slice is still missing. See the kernel's log (dmesg).");
  }

  private List<Offer> offers(ParentRecord record) throws Refusal {
    try {
      return capacity.offers(record);
    } catch (KernelException e) {
      throw new Refusal(
          Code.CANNOT_LOOK, e, "What %s offers could not be seen.".formatted(record.parent()));
    }
  }

  /**
   * Its phase stays: the books say what shall be, and until it is there it is seen to be missing.
   */
  private ParentRecord makeAgain(ParentRecord record, Slice slice) throws Refusal, KernelException {
    Slice now = slice.with(underItsName(record, slice));
    ParentRecord next = record;
    if (!now.equals(slice)) {
      definitions.delete(slice, record.parent());
      next = record.put(now);
      book.put(next);
    }
    host.backend(now.wish().kind()).create(now, record.parent());
    if (!host.awaits(() -> host.look(now, record.parent()) == Sight.THERE)) {
      throw new Refusal(
          Code.CREATE_FAILED,
          "The kernel said that slice %s was made, but it is not there. See the kernel's log (dmesg)."
              .formatted(slice.id()));
    }
    definitions.write(now, record.parent());
    return next;
  }

  /** After an update of the driver the same type may have another id; its name is what counts. */
  private Wish underItsName(ParentRecord record, Slice slice) throws Refusal, KernelException {
    Wish wish = slice.wish();
    if (wish.name().isEmpty()) {
      return wish;
    }
    PciAddress place = wish.place(record.parent());
    List<MdevType> types = host.backend(wish.kind()).types(place);
    Optional<MdevType> same =
        types.stream().filter(type -> type.name().equals(wish.name())).findFirst();
    if (same.isEmpty()) {
      throw new Refusal(
          Code.UNKNOWN_TYPE,
          "%s offers no type \"%s\" now, which slice %s has to be of. See whether the driver was changed."
              .formatted(place, wish.name().get(), slice.id()));
    }
    boolean asBefore =
        types.stream()
            .filter(type -> wish.type().equals(Optional.of(type.id())))
            .anyMatch(type -> type.name().equals(wish.name()));
    return asBefore ? wish : wish.of(same.get().id());
  }
}
