package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.store.Desk;
import ostler.allocator.store.UnitDesk;
import ostler.allocator.store.Units;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;
import ostler.inventory.WipeLevel;

/** Units, for operators. */
@RestController
@Tag(name = "units")
public final class UnitCalls {

  private final Desk desk;
  private final UnitDesk unitDesk;
  private final UnitViews views;

  public UnitCalls(Desk desk, UnitDesk unitDesk, UnitViews views) {
    this.desk = desk;
    this.unitDesk = unitDesk;
    this.views = views;
  }

  /**
   * An order to clean.
   *
   * @param level where it is not said L3, for a slice VENDOR, and for a parent what its layout says
   */
  public record CleanRequest(String level, String reason) {}

  @GetMapping("/v1/units")
  Listing<UnitView> listUnits(
      @RequestParam(required = false) String host,
      @RequestParam(required = false) String state,
      @RequestParam(required = false) String claim,
      @RequestParam(required = false) Integer limit,
      @RequestParam(required = false) String marker) {
    int most = Door.limit(limit);
    Units.Filter filter =
        new Units.Filter(
            Door.optional("host", host, HostName::new),
            Optional.ofNullable(state).map(s -> Door.choice("state", s, UnitState.class)),
            Door.optional("claim", claim, ClaimId::parse));
    return desk.read(
        () -> {
          List<Unit> units = desk.units().list(filter, Door.marker(marker), most);
          List<UnitView> shown = views.of(units);
          return new Listing<>(
              shown, units.size() < most ? null : shown.get(shown.size() - 1).id());
        });
  }

  @GetMapping("/v1/units/{id}")
  UnitView showUnit(@PathVariable String id) {
    UnitId unit = id(id);
    return view(
        desk.read(() -> desk.units().find(unit))
            .map(Outcome::done)
            .orElseGet(() -> UnitDesk.unknown(unit)));
  }

  @PostMapping("/v1/units/{id}/clean")
  UnitView cleanUnit(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody CleanRequest body) {
    Optional<WipeLevel> level =
        Optional.ofNullable(body.level()).map(text -> Door.choice("level", text, WipeLevel.class));
    return view(unitDesk.clean(id(id), level, caller.origin(Door.optionalReason(body.reason()))));
  }

  @PostMapping("/v1/units/{id}/quarantine")
  UnitView quarantineUnit(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody Reasoned body) {
    return view(unitDesk.quarantine(id(id), caller.origin(body.required())));
  }

  @PostMapping("/v1/units/{id}/return")
  UnitView returnUnit(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody Reasoned body) {
    return view(unitDesk.putBack(id(id), caller.origin(body.required())));
  }

  @PostMapping("/v1/units/{id}/retire")
  UnitView retireUnit(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody Reasoned body) {
    return view(unitDesk.retire(id(id), caller.origin(body.required())));
  }

  private UnitView view(Outcome<Unit> outcome) {
    Unit unit = RefusedCall.unlessDone(outcome);
    return desk.read(() -> views.of(unit));
  }

  private static UnitId id(String text) {
    return Door.parse("id", text, UnitId::parse);
  }
}
