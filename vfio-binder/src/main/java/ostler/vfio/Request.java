package ostler.vfio;

import java.util.Optional;
import ostler.inventory.ResetChoice;
import ostler.inventory.Tenant;
import ostler.root.Authority;
import ostler.root.OpId;
import ostler.vfio.scrub.Nonce;

/**
 * What was asked for, read from standard input or the command line and wholly typed.
 *
 * @param members absent for state alone
 * @param authority present for orders alone
 * @param claim present for permit and adopt alone
 * @param reset present for reset alone, and never left to this program's choice
 * @param canary for scrub; absent where this program shall choose its own
 */
record Request(
    Verb verb,
    OpId op,
    Optional<Members> members,
    Optional<Authority> authority,
    Optional<Tenant> claim,
    Optional<ResetChoice> reset,
    Optional<Nonce> canary) {

  Request {
    require(members.isPresent() == (verb != Verb.STATE), verb + " takes members, state takes none");
    require(
        authority.isPresent() == verb.isOrder(),
        verb.isOrder()
            ? verb + " needs a fence, or offline with a reason"
            : verb + " takes no fence and no reason");
    require(
        claim.isPresent() == verb.isForTenant(),
        "permit and adopt need a claim, no other verb does");
    require(reset.isPresent() == (verb == Verb.RESET), "reset needs a method, no other verb does");
    require(!reset.equals(Optional.of(ResetChoice.AUTO)), "reset needs one method by its name");
    require(canary.isEmpty() || verb == Verb.SCRUB, "only scrub takes a canary");
    require(
        !verb.isForTenant() || authority.filter(a -> a instanceof Authority.Fenced).isPresent(),
        verb + " comes from an allocator alone: it needs a fence");
  }

  /** The part that all orders have. */
  Order order() {
    return new Order(verb, op, members.orElseThrow(), authority.orElseThrow());
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
