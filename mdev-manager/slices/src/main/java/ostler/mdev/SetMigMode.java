package ostler.mdev;

import java.util.Map;
import ostler.nvml.MigMode;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.KernelError;
import ostler.root.KernelException;
import ostler.root.Refusal;

/** The verb {@code mig-mode}. */
final class SetMigMode {

  private final Host host;
  private final MigCards cards;

  SetMigMode(Host host, MigCards cards) {
    this.host = host;
    this.cards = cards;
  }

  /**
   * Sets the mode of a card on which nothing runs and nothing is cut. The card is on the list of
   * those that NVML is asked of before its mode is set, and until it is off again.
   *
   * @throws Refusal UNSUPPORTED, SLICED, HELD, CANNOT_LOOK, MIG_MODE_FAILED
   */
  Result.Moded set(ModeOrder order, ParentRecord record) throws Refusal {
    PciAddress card = order.parent();
    if (!host.mig().isDriven(card)) {
      throw new Refusal(
          Code.UNSUPPORTED,
          "%s is not bound to NVIDIA's driver, which alone cuts cards by MIG. Bind it first."
              .formatted(card));
    }
    MigMode now = mode(card);
    if (now.current() != order.on() || now.pending() != order.on()) {
      requireWhole(card, record);
      requireIdle(card);
    }
    if (order.on()) {
      cards.add(card, order.reason());
    }
    MigMode then = change(card, now, order.on());
    if (!order.on() && !then.current()) {
      cards.remove(card);
    }
    return new Result.Moded(then);
  }

  /**
   * Sets the mode again that a card has lost by a reboot, as those since Hopper do, where the books
   * have instances of it: an operator had set it, or there were none.
   *
   * @throws Refusal as {@link #set}
   */
  void restore(ParentRecord record) throws Refusal {
    boolean cut = record.slices().stream().anyMatch(s -> s.wish().kind() == SliceKind.MIG);
    if (cut && host.mig().isDriven(record.parent()) && !mode(record.parent()).current()) {
      requireIdle(record.parent());
      change(record.parent(), mode(record.parent()), true);
    }
  }

  private MigMode mode(PciAddress card) throws Refusal {
    try {
      return host.mig().mode(card);
    } catch (KernelException e) {
      throw e.error() == KernelError.EINVAL
          ? new Refusal(
              Code.UNSUPPORTED, "%s cannot be cut by MIG, says its driver.".formatted(card))
          : new Refusal(Code.CANNOT_LOOK, e, "Nothing was changed.");
    }
  }

  private void requireWhole(PciAddress card, ParentRecord record) throws Refusal {
    try {
      int there = host.mig().count(card) + host.present(card).size();
      if (there > 0 || !record.slices().isEmpty()) {
        throw new Refusal(
            Code.SLICED,
            "%s is cut: its MIG mode can be changed only while it has no slices. Remove them first."
                .formatted(card),
            Map.of("slices", (long) Math.max(there, record.slices().size())));
      }
    } catch (KernelException e) {
      throw new Refusal(Code.CANNOT_LOOK, e, "Nothing was changed.");
    }
  }

  private void requireIdle(PciAddress card) throws Refusal {
    try {
      Users.requireNone(card, host.mig().holders(card));
    } catch (KernelException e) {
      throw new Refusal(
          Code.CANNOT_LOOK,
          e,
          "Who works on %s is not known; nothing was changed.".formatted(card));
    }
  }

  private MigMode change(PciAddress card, MigMode now, boolean on) throws Refusal {
    if (now.current() == on && now.pending() == on) {
      return now;
    }
    try {
      MigMode then = host.mig().set(card, on);
      if (then.pending() != on) {
        throw new Refusal(
            Code.MIG_MODE_FAILED,
            "NVML said that the MIG mode of %s was set, but it is not, and will not be. See dmesg."
                .formatted(card));
      }
      return then;
    } catch (KernelException e) {
      throw e.error() == KernelError.EBUSY
          ? new Refusal(Code.HELD, e, "Somebody works on %s. Stop that first.".formatted(card))
          : new Refusal(Code.MIG_MODE_FAILED, e, "The mode stays. See dmesg and nvidia-smi.");
    }
  }
}
