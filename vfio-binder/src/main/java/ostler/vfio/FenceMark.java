package ostler.vfio;

import java.util.Optional;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Fence;
import ostler.pci.PciAddress;
import ostler.root.Reason;

/**
 * What is remembered of the orders for one device.
 *
 * @param identity the card that the last order found at this address
 * @param fence the highest seen; absent where the device was only ever worked on by hand
 * @param kind of the last order under that fence
 * @param byHand what an operator did since the device was last reset or scrubbed by order
 */
record FenceMark(
    PciAddress device,
    DeviceIdentity identity,
    Optional<Fence> fence,
    Verb.Kind kind,
    Optional<ByHand> byHand) {

  /** An operator's own work on the device. */
  record ByHand(Verb verb, Reason reason) {}

  /**
   * Whether an order with this fence may be carried out. An equal fence is the same order again, or
   * a further step of it. Binding may also follow an order to hand out or to take back under its
   * fence, since after a reboot of the host the agent restores what it last knew; but not an order
   * to give the device up.
   */
  boolean allows(Fence its, Verb verb) {
    if (fence.isEmpty() || fence.get().isOlderThan(its)) {
      return true;
    }
    boolean bindsAgain = verb == Verb.BIND && kind != Verb.Kind.GIVE_UP;
    return fence.get().equals(its) && (verb.kind() == kind || bindsAgain);
  }

  /** The mark after an order was let pass: binding again does not make it another order. */
  FenceMark after(Fence its, Verb verb, DeviceIdentity found) {
    Verb.Kind now = fence.equals(Optional.of(its)) ? kind : verb.kind();
    return new FenceMark(device, found, Optional.of(its), now, byHand);
  }

  /** The mark after an operator's work. */
  FenceMark after(ByHand work, DeviceIdentity found) {
    return new FenceMark(device, found, fence, kind, Optional.of(work));
  }

  /** The mark after a reset or scrub by order. */
  FenceMark cleared() {
    return new FenceMark(device, identity, fence, kind, Optional.empty());
  }
}
