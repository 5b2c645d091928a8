package ostler.allocator.engine.nova;

import java.util.List;
import java.util.Optional;
import ostler.allocator.engine.Reason;
import ostler.inventory.UnitId;

/**
 * What was found of one host, in full.
 *
 * @param score 0 to 100; 0 where it cannot
 * @param against why it cannot, absent where it can
 * @param units that would do, as Ostler itself would choose them; Nova may choose others
 */
public record Finding(String host, int score, Optional<Reason> against, List<UnitId> units) {
  public Finding {
    units = List.copyOf(units);
  }
}
