package ostler.allocator.engine.placement;

import java.util.Objects;
import java.util.Optional;
import ostler.allocator.engine.Code;
import ostler.flavor.UnitShape;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;
import ostler.inventory.WipeLevel;

/**
 * A unit as placement sees it.
 *
 * @param generation of its row when it was seen
 * @param level that it was cleaned to
 * @param objection why it may not be handed out, whoever asks; absent where it may
 * @param keptFor the only project that it may be handed to, where there is one
 * @param seemsFree whether who looks at the host alone takes it for free, as {@link
 *     ostler.allocator.engine.Availability#seemsFree} says
 */
public record PlacedUnit(
    UnitId id,
    long generation,
    UnitShape shape,
    UnitPlace place,
    WipeLevel level,
    Optional<Code> objection,
    Optional<ProjectId> keptFor,
    boolean seemsFree) {
  public PlacedUnit {
    Objects.requireNonNull(id);
    Objects.requireNonNull(shape);
    Objects.requireNonNull(place);
    Objects.requireNonNull(level);
    Objects.requireNonNull(objection);
    Objects.requireNonNull(keptFor);
  }

  /** A unit that is kept for nobody, and seems free unless it is claimed. */
  public PlacedUnit(
      UnitId id,
      long generation,
      UnitShape shape,
      UnitPlace place,
      WipeLevel level,
      Optional<Code> objection) {
    this(
        id,
        generation,
        shape,
        place,
        level,
        objection,
        Optional.empty(),
        !objection.equals(Optional.of(Code.CLAIMED)));
  }

  /** The same unit, which nobody may have any more. */
  public PlacedUnit refused(Code why) {
    return new PlacedUnit(id, generation, shape, place, level, Optional.of(why), keptFor, false);
  }

  /** The same unit, which only that project may have from now on. */
  public PlacedUnit keptFor(ProjectId project) {
    return new PlacedUnit(
        id, generation, shape, place, level, objection, Optional.of(project), seemsFree);
  }
}
