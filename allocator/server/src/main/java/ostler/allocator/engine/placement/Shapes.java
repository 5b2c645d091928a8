package ostler.allocator.engine.placement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ostler.flavor.UnitShape;

/**
 * Numbers for shapes, so that a fleet can be kept in arrays. Numbers are only ever added; who draws
 * a fleet's pictures does it in one thread.
 */
public final class Shapes {

  private final Map<UnitShape, Integer> numbers = new HashMap<>();
  private final List<UnitShape> known = new ArrayList<>();

  int number(UnitShape shape) {
    return numbers.computeIfAbsent(
        shape,
        added -> {
          known.add(added);
          return known.size() - 1;
        });
  }

  /** The shapes so far, each at its number. */
  List<UnitShape> known() {
    return List.copyOf(known);
  }
}
