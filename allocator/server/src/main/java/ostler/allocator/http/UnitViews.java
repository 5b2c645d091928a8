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
import ostler.allocator.engine.Layout;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.store.Desk;
import ostler.allocator.store.Policy;
import ostler.allocator.store.SliceDesk.Sliced;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.ParentReport;
import ostler.inventory.SliceHandle;
import ostler.inventory.UnitId;
import ostler.inventory.WipeLevel;

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
    Map<UnitId, Unit> parents = desk.units().parentsOf(units);
    Map<UnitId, List<RoomView>> rooms = rooms(units);
    return units.stream()
        .map(
            unit ->
                UnitView.of(
                    unit,
                    members.getOrDefault(unit.id(), List.of()),
                    unit.claim().flatMap(id -> claims.computeIfAbsent(id, desk.claims()::find)),
                    objection(unit, parents, hosts.computeIfAbsent(unit.host(), this::standing)),
                    rooms.getOrDefault(unit.id(), List.of()),
                    names))
        .toList();
  }

  /** A unit with devices that are known already, or that it would have. */
  UnitView of(Unit unit, List<Device> members) {
    return UnitView.of(
        unit,
        members,
        Optional.empty(),
        objection(unit, desk.units().parentsOf(List.of(unit)), standing(unit.host())),
        List.of(),
        names);
  }

  private static Optional<Reason> objection(
      Unit unit, Map<UnitId, Unit> parents, HostStanding host) {
    return Availability.objection(
        unit,
        unit.slice().map(slice -> parents.get(slice.parent())),
        host,
        unit.slice().isPresent() ? WipeLevel.VENDOR : Policy.WHOLE_UNITS);
  }

  /** What more units could be cut into, of those whose hosts said something of that. */
  Map<UnitId, List<RoomView>> rooms(List<Unit> units) {
    List<UnitId> whole =
        units.stream().filter(unit -> unit.slice().isEmpty()).map(Unit::id).toList();
    Map<UnitId, ParentReport> cards = desk.layouts().cards(whole);
    Map<UnitId, Layout> layouts = desk.layouts().applied(cards.keySet());
    Map<UnitId, List<RoomView>> rooms = new HashMap<>();
    cards.forEach(
        (unit, card) ->
            rooms.put(
                unit, RoomView.of(Optional.of(card), Optional.ofNullable(layouts.get(unit)))));
    return rooms;
  }

  /** A device with what the unit is that it belongs to. */
  List<DeviceView> ofDevices(List<Device> devices) {
    List<Unit> units =
        devices.stream()
            .flatMap(device -> device.unit().stream())
            .distinct()
            .flatMap(id -> desk.units().find(id).stream())
            .toList();
    Map<UnitId, List<RoomView>> rooms = rooms(units);
    Map<UnitId, Unit> byId = new HashMap<>();
    units.forEach(unit -> byId.put(unit.id(), unit));
    return devices.stream()
        .map(
            device ->
                DeviceView.of(
                    device,
                    device.unit().map(byId::get),
                    device.unit().map(id -> rooms.getOrDefault(id, List.of())).orElse(List.of()),
                    names))
        .toList();
  }

  /** Slices, each with why nobody may have it. */
  List<SliceView> ofSlices(List<Sliced> slices) {
    return desk.read(
        () -> {
          Map<HostName, HostStanding> hosts = new HashMap<>();
          Map<UnitId, List<Device>> cards =
              desk.devices()
                  .membersOf(slices.stream().map(one -> one.parent().id()).distinct().toList());
          return slices.stream()
              .map(
                  one ->
                      SliceView.of(
                          one,
                          Device.main(cards.get(one.parent().id())),
                          objection(
                              one.slice(),
                              Map.of(one.parent().id(), one.parent()),
                              hosts.computeIfAbsent(one.slice().host(), this::standing))))
              .toList();
        });
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
                            : "RELEASED",
                        handle(unit, claim.id())))
            .toList(),
        forTenant);
  }

  /** Worth nothing before the claim is ready, and no longer its own afterwards. */
  private static String handle(Unit unit, ClaimId claim) {
    boolean ready = unit.state() == UnitState.READY || unit.state() == UnitState.IN_USE;
    return ready && unit.claim().equals(Optional.of(claim))
        ? unit.observed().handle().map(SliceHandle::value).orElse(null)
        : null;
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
