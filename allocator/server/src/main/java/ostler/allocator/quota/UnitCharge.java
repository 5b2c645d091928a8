package ostler.allocator.quota;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import ostler.flavor.AliasName;
import ostler.flavor.UnitModel;
import ostler.flavor.UnitShape;

/**
 * What one unit costs in the keys that follow from what it is, whichever of them was asked for: a
 * limit on a model would be worth nothing if asking for any card went round it.
 *
 * @param fraction of a whole, in parts of {@link #WHOLE}
 * @param memoryMib absent where nobody knows; then it is not charged
 */
public record UnitCharge(
    ResourceKey model, ResourceKey kind, long fraction, OptionalLong memoryMib) {

  /** A whole unit in parts: every number up to 10 divides it, and so do 12, 14, 15 and 16. */
  public static final long WHOLE = 5040;

  public UnitCharge {
    Objects.requireNonNull(model);
    Objects.requireNonNull(kind);
    Objects.requireNonNull(memoryMib);
    if (fraction < 1 || fraction > WHOLE) {
      throw new IllegalArgumentException(
          "a unit is 1 to " + WHOLE + " parts of a whole, not " + fraction);
    }
  }

  public static UnitCharge whole(UnitModel model, OptionalLong memoryMib) {
    return new UnitCharge(
        ResourceKey.of(model.main().id()), new ResourceKey("kind:whole"), WHOLE, memoryMib);
  }

  /** What units that were asked for by an alias are charged together. */
  public static Demand of(AliasName alias, List<UnitCharge> units) {
    TreeMap<ResourceKey, Long> sum = new TreeMap<>();
    for (UnitCharge unit : units) {
      sum.merge(ResourceKey.TOTAL, 1L, Long::sum);
      sum.merge(ResourceKey.of(alias), 1L, Long::sum);
      sum.merge(unit.model(), 1L, Long::sum);
      sum.merge(unit.kind(), 1L, Long::sum);
      sum.merge(ResourceKey.FRACTION, unit.fraction(), Long::sum);
      unit.memoryMib()
          .ifPresent(mib -> sum.merge(ResourceKey.MEMORY_MIB, Math.max(1, mib), Long::sum));
    }
    return new Demand(sum);
  }

  /** What is known before a unit is chosen; enough to refuse most of what will be refused. */
  public static Demand beforehand(AliasName alias, long count) {
    TreeMap<ResourceKey, Long> sum = new TreeMap<>();
    sum.put(ResourceKey.TOTAL, count);
    sum.put(ResourceKey.of(alias), count);
    return new Demand(sum);
  }

  /** What units that were asked for by an alias are charged at least, whichever they are. */
  public static Demand whatever(AliasName alias, int count, Collection<UnitShape> shapes) {
    return shapes.stream()
        .map(
            shape -> of(alias, Collections.nCopies(count, whole(shape.model(), shape.memoryMib()))))
        .reduce(Demand::common)
        .orElseGet(() -> beforehand(alias, count));
  }
}
