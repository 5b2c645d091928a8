package ostler.allocator.engine.placement;

import java.util.Objects;
import java.util.Optional;
import ostler.allocator.engine.Code;
import ostler.flavor.UnitShape;
import ostler.inventory.UnitId;
import ostler.inventory.WipeLevel;

/**
 * A unit as placement sees it.
 *
 * @param generation of its row when it was seen
 * @param level that it was cleaned to
 * @param objection why it may not be handed out, whoever asks; absent where it may
 */
public record PlacedUnit(
    UnitId id,
    long generation,
    UnitShape shape,
    UnitPlace place,
    WipeLevel level,
    Optional<Code> objection) {
  public PlacedUnit {
    Objects.requireNonNull(id);
    Objects.requireNonNull(shape);
    Objects.requireNonNull(place);
    Objects.requireNonNull(level);
    Objects.requireNonNull(objection);
  }

  /** The same unit, which nobody may have any more. */
  public PlacedUnit refused(Code why) {
    return new PlacedUnit(id, generation, shape, place, level, Optional.of(why));
  }
}
