package ostler.allocator.store;

import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.placement.UnitPlace.Island;
import ostler.flavor.Trait;
import ostler.inventory.UnitId;

/** Where units lie, and what only an operator knows of them. */
public final class PlaceDesk {

  private final Desk desk;

  public PlaceDesk(Desk desk) {
    this.desk = desk;
  }

  public Outcome<Placed> find(UnitId unit) {
    return desk.transactions.read(() -> placed(unit));
  }

  /** Sets a unit's traits and its island, in the place of those that it had. */
  public Outcome<Placed> label(
      UnitId unit, SortedSet<Trait> traits, Optional<Island> island, Origin origin) {
    return find(unit)
        .then(
            known ->
                desk.onHost(
                    known.unit().host(),
                    (host, now) -> {
                      desk.places.label(unit, traits, island);
                      String said =
                          Stream.concat(
                                  traits.stream().map(Trait::name),
                                  island.stream().map(name -> "island " + name))
                              .collect(Collectors.joining(" "));
                      desk.trail.done(origin, now, "unit.label", unit.toString(), said);
                      return placed(unit);
                    }));
  }

  private Outcome<Placed> placed(UnitId unit) {
    return desk.places.find(unit).map(Outcome::done).orElseGet(() -> UnitDesk.unknown(unit));
  }
}
