package ostler.flavor;

import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import ostler.inventory.Share;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitKind;

/**
 * All that a rule may ask about a unit, and all that a charge for it follows from. Units of one
 * shape are interchangeable, so rules are asked about shapes, of which a cloud has few, and not
 * about units.
 *
 * @param sliceType of a typed slice; absent for all others
 * @param weight how much of a card it is, as a numerator over {@link Share#WHOLE}, 1 or more
 * @param memoryMib its own memory in MiB, absent where nobody knows
 */
public record UnitShape(
    UnitModel model,
    UnitKind kind,
    Optional<SliceTypeName> sliceType,
    int weight,
    OptionalLong memoryMib,
    SortedSet<Trait> traits) {

  public UnitShape {
    Objects.requireNonNull(model);
    Objects.requireNonNull(kind);
    Objects.requireNonNull(sliceType);
    Objects.requireNonNull(memoryMib);
    traits = Collections.unmodifiableSortedSet(new TreeSet<>(traits));
    if (sliceType.isPresent() && !kind.isTyped()) {
      throw new IllegalArgumentException(kind + " has no type");
    }
    if (weight < 1 || weight > Share.WHOLE) {
      throw new IllegalArgumentException("a weight is 1 to " + Share.WHOLE + ", not " + weight);
    }
  }

  /** A whole card's shape. */
  public static UnitShape whole(UnitModel model, OptionalLong memoryMib, SortedSet<Trait> traits) {
    return new UnitShape(model, UnitKind.WHOLE, Optional.empty(), Share.WHOLE, memoryMib, traits);
  }
}
