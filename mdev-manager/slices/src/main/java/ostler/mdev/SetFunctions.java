package ostler.mdev;

import java.util.List;
import java.util.OptionalInt;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.KernelException;
import ostler.root.Refusal;

/** The verb {@code functions}. */
final class SetFunctions {

  private final Book book;
  private final Host host;
  private final Users users;
  private final Settling settling;

  SetFunctions(Book book, Host host, Users users, Settling settling) {
    this.book = book;
    this.host = host;
    this.users = users;
    this.settling = settling;
  }

  /**
   * Sets how many virtual functions a device has, while none of those that it has is used. The
   * kernel changes a number only over zero, so all of them go. It may make fewer than it was asked
   * for without a word, so those that there are count.
   *
   * @throws Refusal UNSUPPORTED, BAD_REQUEST if the hardware cannot have as many, SLICED, HELD,
   *     FUNCTIONS_FAILED
   */
  Result.Counted set(Order order, ParentRecord record, int asked) throws Refusal {
    try {
      requirePossible(record.parent(), asked);
      int have = host.sriov().functions(record.parent()).size();
      Functions goal = new Functions(asked, have, true, Mark.reason(order));
      ParentRecord intent = record.with(Mark.of(order)).with(goal);
      boolean knownToBeFewer =
          have > 0 && record.functions().filter(f -> f.equals(goal.done(have))).isPresent();
      if (have != asked && !knownToBeFewer) {
        requireUnused(record);
        book.put(intent);
        change(record.parent(), have, asked);
      }
      return settled(intent, asked);
    } catch (KernelException e) {
      throw failed(record, e);
    }
  }

  /** Makes the functions of the books again, after a reboot. */
  ParentRecord restore(ParentRecord record) throws Refusal {
    Functions functions = record.functions().orElseThrow();
    try {
      ParentRecord intent =
          record.with(new Functions(functions.asked(), functions.have(), true, functions.byHand()));
      book.put(intent);
      change(record.parent(), 0, functions.asked());
      ParentRecord done = done(intent);
      book.put(done);
      return done;
    } catch (KernelException e) {
      throw failed(record, e);
    }
  }

  private void change(PciAddress parent, int have, int asked) throws KernelException, Refusal {
    if (have > 0) {
      host.sriov().count(parent, 0);
    }
    if (asked > 0) {
      host.sriov().bindNoDriver(parent);
      if (host.sriov().bindsDrivers(parent)) {
        throw new Refusal(
            Code.FUNCTIONS_FAILED,
            "The kernel would bind drivers to the new functions of %s, although it was told not to. See the kernel's log (dmesg)."
                .formatted(parent));
      }
      host.sriov().count(parent, asked);
    }
  }

  private Result.Counted settled(ParentRecord intent, int asked) throws Refusal, KernelException {
    book.put(done(intent));
    List<PciAddress> now = host.sriov().functions(intent.parent());
    if (asked == 0 && !now.isEmpty()) {
      throw new Refusal(
          Code.FUNCTIONS_FAILED,
          "%s still has virtual functions although the kernel was told to remove them. See the kernel's log (dmesg)."
              .formatted(intent.parent()));
    }
    return new Result.Counted(asked, now);
  }

  private ParentRecord done(ParentRecord intent) throws KernelException {
    int now = host.sriov().functions(intent.parent()).size();
    return intent.with(intent.functions().orElseThrow().done(now));
  }

  private Refusal failed(ParentRecord record, KernelException e) throws Refusal {
    ParentRecord known = book.find(record.parent()).orElse(record);
    settling.settle(known);
    return switch (e.error()) {
      case ENOENT, ENOTTY ->
          new Refusal(
              Code.UNSUPPORTED,
              e,
              "The driver of %s makes no virtual functions, or none is bound."
                  .formatted(record.parent()));
      default ->
          new Refusal(
              Code.FUNCTIONS_FAILED,
              e,
              "%s has %s virtual functions now. See the kernel's log (dmesg)."
                  .formatted(record.parent(), countIn(record.parent())));
    };
  }

  private String countIn(PciAddress parent) {
    try {
      return Integer.toString(host.sriov().functions(parent).size());
    } catch (KernelException e) {
      return "an unknown number of";
    }
  }

  private void requirePossible(PciAddress parent, int asked) throws Refusal, KernelException {
    OptionalInt total = host.sriov().total(parent);
    if (total.isEmpty()) {
      throw new Refusal(
          Code.UNSUPPORTED,
          "%s has no SR-IOV. See whether it is enabled in the firmware.".formatted(parent));
    }
    if (asked > total.getAsInt()) {
      throw new Refusal(
          Code.BAD_REQUEST,
          "%s can have %d virtual functions at most, not %d."
              .formatted(parent, total.getAsInt(), asked));
    }
  }

  private void requireUnused(ParentRecord record) throws Refusal, KernelException {
    List<PciAddress> functions = host.sriov().functions(record.parent());
    for (PciAddress function : functions) {
      if (record.slices().stream()
          .anyMatch(s -> s.wish().place(record.parent()).equals(function))) {
        throw new Refusal(
            Code.SLICED,
            "%s has a slice in the books. Remove its slices first; nothing was changed."
                .formatted(function));
      }
      users.requireUnused(function);
    }
    for (Present one : host.present(record.parent())) {
      if (functions.contains(one.place())) {
        throw new Refusal(
            Code.SLICED,
            "%s has a slice of type %s that no order made. Remove it first; nothing was changed."
                .formatted(one.place(), one.type().map(Object::toString).orElse("unknown")));
      }
    }
  }
}
