package ostler.mdev;

import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.KernelException;
import ostler.root.Refusal;

/**
 * Makes the books true again after a kill, by looking alone: nothing is asked of the kernel but
 * what is there. It runs before every verb on the same device, and whenever the kernel refused
 * something, and may itself be killed anywhere.
 */
final class Settling {

  private final Book book;
  private final Host host;
  private final Definitions definitions;

  Settling(Book book, Host host, Definitions definitions) {
    this.book = book;
    this.host = host;
    this.definitions = definitions;
  }

  /**
   * Brings every slice, and the number of functions, that may be between two steps to the one that
   * is seen.
   *
   * @throws Refusal CANNOT_LOOK, JOURNAL_FAILED
   */
  ParentRecord settle(ParentRecord record) throws Refusal {
    ParentRecord now = record;
    for (Slice slice : record.slices()) {
      if (slice.phase() != Slice.Phase.LIVE) {
        now = settle(now, slice);
      }
    }
    if (now.functions().filter(Functions::changing).isPresent()) {
      now = now.with(now.functions().get().have(count(now.parent())));
    }
    if (!now.equals(record)) {
      book.put(now);
    }
    return now;
  }

  /**
   * A slice that is there as it was meant is ours, since its id was drawn for it and its place was
   * empty. One that is not there was not made yet, or is gone. What is there instead is not ours.
   */
  private ParentRecord settle(ParentRecord record, Slice slice) throws Refusal {
    Sight sight = look(record, slice);
    if (sight == Sight.THERE) {
      definitions.write(slice, record.parent());
      return record.put(slice.in(Slice.Phase.LIVE));
    }
    if (sight == Sight.HALF) {
      // Its step is not done and not undone: the same order again, or a restore, goes on with it.
      return record;
    }
    definitions.delete(slice, record.parent());
    return slice.phase() == Slice.Phase.CREATING
        ? record.drop(slice.id())
        : record.retire(slice.id(), slice.mark());
  }

  private int count(PciAddress parent) throws Refusal {
    try {
      return host.sriov().functions(parent).size();
    } catch (KernelException e) {
      throw new Refusal(
          Code.CANNOT_LOOK,
          e,
          "How many virtual functions %s has could not be seen; nothing was changed."
              .formatted(parent));
    }
  }

  private Sight look(ParentRecord record, Slice slice) throws Refusal {
    try {
      return host.look(slice, record.parent());
    } catch (KernelException e) {
      throw new Refusal(
          Code.CANNOT_LOOK,
          e,
          "Whether slice %s is there could not be seen; nothing was changed."
              .formatted(slice.id()));
    }
  }
}
