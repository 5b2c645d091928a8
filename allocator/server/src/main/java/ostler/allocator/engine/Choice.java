package ostler.allocator.engine;

import java.util.Objects;
import ostler.flavor.UnitShape;

/**
 * A unit that was chosen for a part of a request.
 *
 * @param part that it serves, from 0
 * @param shape what it is charged by
 */
public record Choice(Unit unit, int part, UnitShape shape) {
  public Choice {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(shape);
  }
}
