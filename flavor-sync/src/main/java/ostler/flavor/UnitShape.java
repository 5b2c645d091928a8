package ostler.flavor;

import java.util.Collections;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import ostler.inventory.UnitKind;

/**
 * All that a rule may ask about a unit. Units of one shape are interchangeable, so rules are asked
 * about shapes, of which a cloud has few, and not about units.
 *
 * @param memoryMib its own memory in MiB, absent where nobody knows
 */
public record UnitShape(
    UnitModel model, UnitKind kind, OptionalLong memoryMib, SortedSet<Trait> traits) {

  public UnitShape {
    Objects.requireNonNull(model);
    Objects.requireNonNull(kind);
    Objects.requireNonNull(memoryMib);
    traits = Collections.unmodifiableSortedSet(new TreeSet<>(traits));
  }
}
