package ostler.allocator.store;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import ostler.allocator.engine.Availability;
import ostler.allocator.engine.Certificate;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.placement.PlacedUnit;
import ostler.allocator.engine.placement.UnitPlace;
import ostler.flavor.UnitShape;
import ostler.inventory.UnitId;
import ostler.inventory.WipeLevel;

/**
 * A unit with what its row says beyond it: what rules may ask of it, and where it lies.
 *
 * @param parent of a slice; absent for a whole unit
 */
public record Placed(Unit unit, UnitShape shape, UnitPlace place, Optional<Unit> parent) {
  public Placed {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(shape);
    Objects.requireNonNull(place);
    Objects.requireNonNull(parent);
  }

  /** The same with its parent, which is among those. */
  Placed below(Map<UnitId, Unit> parents) {
    return new Placed(unit, shape, place, unit.slice().map(slice -> parents.get(slice.parent())));
  }

  /** As placement sees it. */
  PlacedUnit seen() {
    return new PlacedUnit(
        unit.id(),
        unit.generation(),
        shape,
        place,
        unit.cleaning().certificate().map(Certificate::level).orElse(WipeLevel.L0),
        Availability.objection(unit, parent).map(Reason::code),
        parent.flatMap(card -> card.cut().project()),
        Availability.seemsFree(unit));
  }
}
