package ostler.inventory;

import java.util.Objects;

/**
 * What a host is to do with one unit. A unit for which there is no order is left alone.
 *
 * @param members where its functions are, and which devices they must be; another device at the
 *     address is not this unit
 * @param fence of this order; a host that has seen a higher one for the unit refuses it
 * @param chainHead the last wipe record of the unit that the allocator accepted
 */
public record UnitOrder(
    UnitId unit, UnitKind kind, UnitMembers members, Fence fence, Goal goal, ChainHash chainHead) {
  public UnitOrder {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(kind);
    Objects.requireNonNull(members);
    Objects.requireNonNull(fence);
    Objects.requireNonNull(goal);
    Objects.requireNonNull(chainHead);
  }
}
