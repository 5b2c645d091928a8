package ostler.allocator.engine.placement;

import java.util.Objects;
import ostler.inventory.UnitId;

/**
 * A unit that is proposed.
 *
 * @param generation of its row when it was seen; if the row has another by now, the proposal is
 *     void
 */
public record Candidate(UnitId unit, long generation) {
  public Candidate {
    Objects.requireNonNull(unit);
  }
}
