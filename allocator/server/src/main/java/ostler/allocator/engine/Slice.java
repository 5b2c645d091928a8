package ostler.allocator.engine;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import ostler.inventory.Share;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;

/**
 * What makes a unit a slice.
 *
 * @param parent the unit that it is cut from
 * @param type absent exactly for plain virtual functions
 * @param weight how much of its parent it is, as a numerator over {@link Share#WHOLE}, 0 to all of
 *     it
 * @param memoryMib its own memory in MiB, absent where nobody knows
 */
public record Slice(
    UnitKind kind,
    UnitId parent,
    Optional<SliceTypeName> type,
    int weight,
    OptionalLong memoryMib) {

  public Slice {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(parent);
    Objects.requireNonNull(type);
    Objects.requireNonNull(memoryMib);
    if (kind == UnitKind.WHOLE || type.isPresent() != kind.isTyped()) {
      throw new IllegalArgumentException("a slice of kind " + kind + " with type " + type);
    }
    if (weight < 0 || weight > Share.WHOLE) {
      throw new IllegalArgumentException("a weight is 0 to " + Share.WHOLE + ", not " + weight);
    }
  }

  /** Whether it is made of its parent's own members, and not of a function beside them. */
  public boolean isOnParent() {
    return kind == UnitKind.MDEV || kind == UnitKind.MIG;
  }
}
