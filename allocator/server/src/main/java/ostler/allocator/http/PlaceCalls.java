package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.placement.UnitPlace;
import ostler.allocator.store.PlaceDesk;
import ostler.allocator.store.Placed;
import ostler.flavor.AliasRule;
import ostler.flavor.Trait;
import ostler.inventory.NumaNode;
import ostler.inventory.UnitId;
import ostler.pci.PciAddress;

/** Where units lie, and what only an operator knows of them. */
@RestController
@Tag(name = "units")
public final class PlaceCalls {

  private final PlaceDesk placeDesk;

  public PlaceCalls(PlaceDesk placeDesk) {
    this.placeDesk = placeDesk;
  }

  /**
   * What rules may ask of a unit beyond what it is made of, and where it lies on its host.
   *
   * @param memoryMib null where nobody knows; so with the others
   */
  public record PlaceView(
      String unit,
      String kind,
      Long memoryMib,
      Integer numaNode,
      String pcieSwitch,
      String island,
      String card,
      List<String> traits) {

    static PlaceView of(Placed placed) {
      UnitPlace place = placed.place();
      return new PlaceView(
          placed.unit().id().toString(),
          placed.shape().kind().toString(),
          place.memoryMib().isPresent() ? place.memoryMib().getAsLong() : null,
          place.numaNode().map(NumaNode::number).orElse(null),
          place.pcieSwitch().map(PciAddress::toString).orElse(null),
          place.island().map(UnitPlace.Island::name).orElse(null),
          place.card().map(PciAddress::toString).orElse(null),
          placed.shape().traits().stream().map(Trait::name).toList());
    }
  }

  /**
   * What an operator says of a unit, in the place of all that was said before.
   *
   * @param traits in any spelling
   * @param island null where it stands alone
   */
  public record LabelRequest(List<String> traits, String island, String reason) {}

  @GetMapping("/v1/units/{id}/place")
  PlaceView showPlace(@PathVariable String id) {
    return PlaceView.of(RefusedCall.unlessDone(placeDesk.find(unit(id))));
  }

  @PutMapping("/v1/units/{id}/place")
  PlaceView label(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody LabelRequest body) {
    return PlaceView.of(
        RefusedCall.unlessDone(
            placeDesk.label(
                unit(id),
                new TreeSet<>(traits(body)),
                Optional.ofNullable(body.island())
                    .map(name -> Door.parse("island", name, UnitPlace.Island::new)),
                caller.origin(Door.reason(body.reason())))));
  }

  private static List<Trait> traits(LabelRequest body) {
    List<String> said = body.traits() == null ? List.of() : body.traits();
    if (said.size() > AliasRule.MAX_TRAITS) {
      throw new BadInput("traits", "are at most " + AliasRule.MAX_TRAITS);
    }
    List<Trait> traits = new ArrayList<>();
    for (int i = 0; i < said.size(); i++) {
      String field = "traits[" + i + "]";
      traits.add(Door.parse(field, Door.required(field, said.get(i)), Trait::parse));
    }
    return traits;
  }

  private static UnitId unit(String text) {
    return Door.parse("id", text, UnitId::parse);
  }
}
