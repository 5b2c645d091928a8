package ostler.allocator.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import ostler.flavor.Contradiction;
import ostler.inventory.Goal;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;

/**
 * What an operator declares that a parent is cut into.
 *
 * @param slices how many of which type, none for plain virtual functions
 * @param functions how many virtual functions the parent is to have, 0 for kinds without them
 * @param shared whether it may serve several projects at a time
 * @param mixed whether several types may be beside each other, where a driver has to allow that
 * @param parentLevel to which the parent is cleaned as a whole between two projects
 */
public record Layout(
    UnitKind kind,
    List<Count> slices,
    int functions,
    boolean shared,
    boolean mixed,
    WipeLevel parentLevel) {

  public static final int MAX_TYPES = 64;
  public static final int MAX_COUNT = 1024;

  /**
   * So many slices of one type.
   *
   * @param count 1 to {@value Layout#MAX_COUNT}
   */
  public record Count(SliceTypeName type, int count) {
    public Count {
      Objects.requireNonNull(type);
      if (count < 1 || count > MAX_COUNT) {
        throw new Contradiction("count", "is 1 to " + MAX_COUNT + ", not " + count);
      }
    }

    /** {@code 2 x GRID T4-4Q}. */
    @Override
    public String toString() {
      return count + " x " + type;
    }
  }

  public Layout {
    Objects.requireNonNull(kind);
    slices = List.copyOf(slices);
    Objects.requireNonNull(parentLevel);
    if (kind == UnitKind.WHOLE) {
      throw new Contradiction("kind", "is one of mdev, vendor-vf, sriov-vf and mig");
    }
    requireFunctions(kind, functions);
    requireSlices(kind, slices);
  }

  private static void requireFunctions(UnitKind kind, int functions) {
    boolean has = kind == UnitKind.VENDOR_VF || kind == UnitKind.SRIOV_VF;
    if (has && (functions < 1 || functions > Goal.Sliced.MAX_FUNCTIONS)) {
      throw new Contradiction(
          "functions", "is 1 to " + Goal.Sliced.MAX_FUNCTIONS + " for kind " + kind);
    }
    if (!has && functions != 0) {
      throw new Contradiction("functions", "is 0 for kind " + kind + ", which has none");
    }
  }

  private static void requireSlices(UnitKind kind, List<Count> slices) {
    if (!kind.isTyped() && !slices.isEmpty()) {
      throw new Contradiction(
          "slices", "is empty for kind " + kind + ": each virtual function is one");
    }
    if (slices.size() > MAX_TYPES) {
      throw new Contradiction("slices", "are at most " + MAX_TYPES + " types");
    }
    Set<SliceTypeName> seen = new HashSet<>();
    for (int i = 0; i < slices.size(); i++) {
      if (!seen.add(slices.get(i).type())) {
        throw new Contradiction(
            "slices[" + i + "].type", slices.get(i).type() + " is named twice; add the counts");
      }
    }
  }

  /** How many slices of a type it asks for. */
  public int count(SliceTypeName type) {
    return slices.stream().filter(c -> c.type().equals(type)).mapToInt(Count::count).sum();
  }

  /** How many slices it asks for in all. */
  public int count() {
    return kind.isTyped() ? slices.stream().mapToInt(Count::count).sum() : functions;
  }

  /** The same with more slices of a type, or with fewer; what comes to nothing is left out. */
  public Layout plus(SliceTypeName type, int more) {
    List<Count> now = new ArrayList<>();
    boolean known = false;
    for (Count count : slices) {
      boolean same = count.type().equals(type);
      known |= same;
      int left = count.count() + (same ? more : 0);
      if (left > 0) {
        now.add(new Count(count.type(), left));
      }
    }
    if (!known && more > 0) {
      now.add(new Count(type, more));
    }
    return new Layout(kind, now, functions, shared, mixed, parentLevel);
  }

  /** {@code mdev: 2 x GRID T4-4Q, shared}. */
  @Override
  public String toString() {
    StringJoiner said = new StringJoiner(", ", kind + ": ", "");
    if (functions > 0) {
      said.add(functions + " functions");
    }
    slices.forEach(count -> said.add(count.toString()));
    if (count() == 0) {
      said.add("nothing");
    }
    if (shared) {
      said.add("shared");
    }
    return said.toString();
  }
}
