package ostler.allocator.store;

import java.util.Objects;
import ostler.allocator.engine.Availability;
import ostler.allocator.engine.Certificate;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.placement.PlacedUnit;
import ostler.allocator.engine.placement.UnitPlace;
import ostler.flavor.UnitShape;
import ostler.inventory.WipeLevel;

/** A unit with what its row says beyond it: what rules may ask of it, and where it lies. */
public record Placed(Unit unit, UnitShape shape, UnitPlace place) {
  public Placed {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(shape);
    Objects.requireNonNull(place);
  }

  /** As placement sees it. */
  PlacedUnit seen() {
    return new PlacedUnit(
        unit.id(),
        unit.generation(),
        shape,
        place,
        unit.cleaning().certificate().map(Certificate::level).orElse(WipeLevel.L0),
        Availability.objection(unit).map(Reason::code));
  }
}
