package ostler.agent.reconcile;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.agent.privileged.GuardView;
import ostler.inventory.Holder;
import ostler.inventory.SliceHandle;
import ostler.inventory.Tenant;

/**
 * What one look shows of one unit.
 *
 * @param bound whether all members are bound to vfio; of a typed slice, whether it is there
 * @param guardKnown whether the guard answered
 * @param group the guard's word on the unit; absent where it is not managed
 * @param holders those that were seen
 * @param holdersUnknown why there may be others; absent if these are all
 * @param card of a whole unit what can be cut
 * @param handle of a slice that is there by what it is attached, where that is no address
 */
record UnitSight(
    Presence presence,
    boolean bound,
    boolean guardKnown,
    Optional<GuardView.Group> group,
    List<Holder> holders,
    Optional<String> holdersUnknown,
    Optional<Card> card,
    Optional<SliceHandle> handle) {

  UnitSight {
    Objects.requireNonNull(presence);
    Objects.requireNonNull(group);
    holders = List.copyOf(holders);
    Objects.requireNonNull(holdersUnknown);
    Objects.requireNonNull(card);
    Objects.requireNonNull(handle);
  }

  boolean isGuarded() {
    return group.filter(GuardView.Group::guarded).isPresent();
  }

  Optional<Tenant> permit() {
    return group.flatMap(GuardView.Group::permit);
  }

  boolean isHeld() {
    return !holders.isEmpty();
  }

  /** Whether it is bound and in the guard's care, as far as anybody can tell. */
  boolean isKept() {
    return bound && (!guardKnown || group.isPresent());
  }
}
