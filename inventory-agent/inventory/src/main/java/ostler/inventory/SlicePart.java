package ostler.inventory;

import java.util.Objects;

/**
 * What makes a unit a typed slice: the function that it is cut from, and its type.
 *
 * @param parent the physical function, and which card it must be
 */
public record SlicePart(UnitMember parent, SliceTypeName type) {
  public SlicePart {
    Objects.requireNonNull(parent);
    Objects.requireNonNull(type);
  }
}
