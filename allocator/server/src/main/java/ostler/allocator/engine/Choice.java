package ostler.allocator.engine;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * A unit that was chosen for a part of a request.
 *
 * @param part that it serves, from 0
 * @param memoryMib its memory, absent where nobody knows
 */
public record Choice(Unit unit, int part, OptionalLong memoryMib) {
  public Choice {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(memoryMib);
  }
}
