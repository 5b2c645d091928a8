package ostler.allocator.quota;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import ostler.flavor.AliasName;
import ostler.flavor.UnitShape;
import ostler.inventory.Share;

/**
 * What one unit costs in the keys that follow from what it is, whichever of them was asked for: a
 * limit on a model would be worth nothing if asking for any card went round it.
 *
 * @param slice the key of its type, of a typed slice
 * @param fraction of a card, in parts of {@link Share#WHOLE}
 * @param memoryMib absent where nobody knows; then it is not charged
 */
public record UnitCharge(
    ResourceKey model,
    ResourceKey kind,
    Optional<ResourceKey> slice,
    long fraction,
    OptionalLong memoryMib) {

  public UnitCharge {
    Objects.requireNonNull(model);
    Objects.requireNonNull(kind);
    Objects.requireNonNull(slice);
    Objects.requireNonNull(memoryMib);
    if (fraction < 1 || fraction > Share.WHOLE) {
      throw new IllegalArgumentException(
          "a unit is 1 to " + Share.WHOLE + " parts of a whole, not " + fraction);
    }
  }

  /** What a unit of that shape costs. */
  public static UnitCharge of(UnitShape shape) {
    return new UnitCharge(
        ResourceKey.of(shape.model().main().id()),
        ResourceKey.of(shape.kind()),
        shape.sliceType().map(ResourceKey::of),
        shape.weight(),
        shape.memoryMib());
  }

  /** What units that were asked for by an alias are charged together. */
  public static Demand of(AliasName alias, List<UnitCharge> units) {
    TreeMap<ResourceKey, Long> sum = new TreeMap<>();
    for (UnitCharge unit : units) {
      sum.merge(ResourceKey.TOTAL, 1L, Long::sum);
      sum.merge(ResourceKey.of(alias), 1L, Long::sum);
      sum.merge(unit.model(), 1L, Long::sum);
      sum.merge(unit.kind(), 1L, Long::sum);
      unit.slice().ifPresent(type -> sum.merge(type, 1L, Long::sum));
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
        .map(shape -> of(alias, Collections.nCopies(count, of(shape))))
        .reduce(Demand::common)
        .orElseGet(() -> beforehand(alias, count));
  }
}
