package ostler.allocator.http;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.allocator.engine.Availability;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimPicture;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.HostStanding;
import ostler.allocator.engine.Unit;
import ostler.allocator.store.Desk;
import ostler.allocator.store.Policy;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;

/** Shows units with what belongs to them: their devices, claims, and whether they are available. */
public final class UnitViews {

  private final Desk desk;
  private final ModelNames names;
  private final Clock clock;

  public UnitViews(Desk desk, ModelNames names, Clock clock) {
    this.desk = desk;
    this.names = names;
    this.clock = clock;
  }

  UnitView of(Unit unit) {
    return of(List.of(unit)).get(0);
  }

  List<UnitView> of(List<Unit> units) {
    Map<UnitId, List<Device>> members = desk.devices().membersOf(ids(units));
    Map<HostName, HostStanding> hosts = new HashMap<>();
    Map<ClaimId, Optional<Claim>> claims = new HashMap<>();
    return units.stream()
        .map(
            unit ->
                UnitView.of(
                    unit,
                    members.getOrDefault(unit.id(), List.of()),
                    unit.claim().flatMap(id -> claims.computeIfAbsent(id, desk.claims()::find)),
                    Availability.objection(
                        unit,
                        hosts.computeIfAbsent(unit.host(), this::standing),
                        Policy.WHOLE_UNITS),
                    names))
        .toList();
  }

  /** A unit with devices that are known already, or that it would have. */
  UnitView of(Unit unit, List<Device> members) {
    return UnitView.of(
        unit,
        members,
        Optional.empty(),
        Availability.objection(unit, standing(unit.host()), Policy.WHOLE_UNITS),
        names);
  }

  ClaimView of(Claim claim, boolean forTenant) {
    List<Unit> units = desk.units().ofClaim(claim.id());
    return of(
        new ClaimPicture(claim, units, forTenant ? Map.of() : desk.devices().membersOf(ids(units))),
        forTenant);
  }

  ClaimView of(ClaimPicture picture, boolean forTenant) {
    Claim claim = picture.claim();
    return ClaimView.of(
        claim,
        picture.units().stream()
            .map(
                unit ->
                    new ClaimView.ClaimedUnitView(
                        unit.id().toString(),
                        forTenant ? null : members(picture.members().get(unit.id())),
                        unit.claim().equals(Optional.of(claim.id()))
                            ? unit.state().name()
                            : "RELEASED"))
            .toList(),
        forTenant);
  }

  private List<UnitView.MemberView> members(List<Device> devices) {
    return devices.stream().map(device -> UnitView.MemberView.of(device, names)).toList();
  }

  private HostStanding standing(HostName host) {
    return desk.hosts().find(host).map(h -> h.standing(clock.instant())).orElseThrow();
  }

  private static List<UnitId> ids(List<Unit> units) {
    return units.stream().map(Unit::id).toList();
  }
}
