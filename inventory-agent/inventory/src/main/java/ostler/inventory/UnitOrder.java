package ostler.inventory;

import java.util.Objects;
import java.util.Optional;

/**
 * What a host is to do with one unit. A unit for which there is no order is left alone.
 *
 * @param members where its functions are, and which devices they must be; another device at the
 *     address is not this unit
 * @param slice what makes it a typed slice; absent for whole units and plain virtual functions,
 *     which are what their members are. The members of a mediated device or of a MIG instance are
 *     its parent's, those of a vendor's virtual function are that function
 * @param fence of this order; a host that has seen a higher one for the unit refuses it
 * @param chainHead the last wipe record of the unit that the allocator accepted
 */
public record UnitOrder(
    UnitId unit,
    UnitKind kind,
    UnitMembers members,
    Optional<SlicePart> slice,
    Fence fence,
    Goal goal,
    ChainHash chainHead) {
  public UnitOrder {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(kind);
    Objects.requireNonNull(members);
    Objects.requireNonNull(fence);
    Objects.requireNonNull(goal);
    Objects.requireNonNull(chainHead);
    if (slice.isPresent() != kind.isTyped()) {
      throw new IllegalArgumentException(
          kind.isTyped() ? "a unit of kind " + kind + " has a type" : kind + " has no type");
    }
    if (goal instanceof Goal.Sliced && kind != UnitKind.WHOLE) {
      throw new IllegalArgumentException("only a whole unit is cut into slices");
    }
  }

  /** An order for a whole unit. */
  public static UnitOrder whole(
      UnitId unit, UnitMembers members, Fence fence, Goal goal, ChainHash chainHead) {
    return new UnitOrder(unit, UnitKind.WHOLE, members, Optional.empty(), fence, goal, chainHead);
  }
}
