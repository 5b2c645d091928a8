package ostler.mdev;

import ostler.pci.PciAddress;
import ostler.root.Authority;
import ostler.root.OpId;

/** What every verb that changes something is told. */
record Order(Verb verb, OpId op, PciAddress parent, Authority authority) {

  /** Whether an operator works by hand. */
  boolean isByHand() {
    return authority instanceof Authority.Offline;
  }
}
