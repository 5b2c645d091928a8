package ostler.vfio;

import ostler.root.Authority;
import ostler.root.OpId;

/** What every verb that changes something is told. */
record Order(Verb verb, OpId op, Members members, Authority authority) {

  Order {
    if (!verb.isOrder()) {
      throw new IllegalArgumentException(verb + " is no order");
    }
  }
}
