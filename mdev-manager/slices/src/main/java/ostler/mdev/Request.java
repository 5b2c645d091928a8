package ostler.mdev;

import java.util.Optional;
import java.util.OptionalInt;
import ostler.inventory.Tenant;
import ostler.pci.PciAddress;
import ostler.root.Authority;
import ostler.root.OpId;

/**
 * What was asked for, read from standard input or the command line and wholly typed.
 *
 * @param parent the device that has slices: a physical function; without one, list tells of all
 *     that the books know
 * @param authority present for orders alone
 * @param slice present for create, remove, permit and forbid alone
 * @param wish present for create alone
 * @param claim present for permit alone
 * @param functions how many virtual functions there shall be; present for functions alone
 */
record Request(
    Verb verb,
    OpId op,
    Optional<PciAddress> parent,
    Optional<Authority> authority,
    Optional<SliceId> slice,
    Optional<Wish> wish,
    Optional<Tenant> claim,
    OptionalInt functions) {

  /** The specification's limit of a physical function: a 16-bit number. */
  static final int MAX_FUNCTIONS = 0xffff;

  Request {
    require(parent.isPresent() || verb == Verb.LIST, verb + " needs a parent");
    require(
        authority.isPresent() == verb.isOrder(),
        verb.isOrder()
            ? verb + " needs a fence, or offline with a reason"
            : verb + " takes no fence and no reason");
    require(
        slice.isPresent() == verb.isAboutSlice(),
        "create, remove, permit and forbid need a slice, no other verb does");
    require(verb != Verb.MIG_MODE, "mig-mode is for an operator's hand alone");
    require(wish.isPresent() == (verb == Verb.CREATE), "only create takes what is to be made");
    require(claim.isPresent() == (verb == Verb.PERMIT), "permit needs a claim, no other verb does");
    require(
        verb != Verb.PERMIT || authority.filter(a -> a instanceof Authority.Fenced).isPresent(),
        "permit comes from an allocator alone: it needs a fence");
    require(
        functions.isPresent() == (verb == Verb.FUNCTIONS),
        "functions needs a count, no other verb does");
  }

  /** The part that all orders have. */
  Order order() {
    return new Order(verb, op, parent.orElseThrow(), authority.orElseThrow());
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
