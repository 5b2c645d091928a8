package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import ostler.allocator.engine.Admission;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import ostler.flavor.AliasRule;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.InventoryJson;
import ostler.inventory.ReportJson;
import ostler.inventory.UnitId;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.WireException;

/** Takes devices in, and gives them back to their host. */
public final class AdmissionDesk {

  /** How many hosts one rule is applied to in one call. */
  private static final int MAX_HOSTS = 100_000;

  private final Desk desk;

  public AdmissionDesk(Desk desk) {
    this.desk = desk;
  }

  /** What came in, or would come in. */
  public record Admitted(List<Taken> units, List<Refused> refused) {
    public Admitted {
      units = List.copyOf(units);
      refused = List.copyOf(refused);
    }
  }

  /** A unit that came in, or would, and its devices. */
  public record Taken(Unit unit, List<Device> members) {
    public Taken {
      members = List.copyOf(members);
    }
  }

  /** A device that may not come in. */
  public record Refused(HostName host, Optional<PciAddress> address, Reason reason) {}

  /** Takes in the groups of the devices at these addresses, or on a dry run says what it would. */
  public Outcome<Admitted> byAddress(
      HostName host, Collection<PciAddress> addresses, boolean dryRun, Origin origin) {
    return on(
        host, (shown, known) -> Admission.ofAddresses(shown, known, addresses), dryRun, origin);
  }

  /** As {@link #byAddress}, for all devices that a rule means, on one host or on all. */
  public Outcome<Admitted> byRule(
      Optional<HostName> host, AliasRule rule, boolean dryRun, Origin origin) {
    List<HostName> hosts =
        host.map(List::of)
            .orElseGet(
                () ->
                    desk.transactions.read(
                        () -> desk.hosts.after("", MAX_HOSTS).stream().map(Host::name).toList()));
    List<Taken> units = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    for (HostName name : hosts) {
      Outcome<Admitted> one =
          on(name, (shown, known) -> Admission.ofRule(shown, known, rule), dryRun, origin);
      if (one instanceof Outcome.Done<Admitted> done) {
        units.addAll(done.value().units());
        refused.addAll(done.value().refused());
      } else if (one instanceof Outcome.Refused<Admitted> no) {
        if (host.isPresent()) {
          return one;
        }
        Refusal refusal = no.refusal();
        refused.add(
            new Refused(name, Optional.empty(), new Reason(refusal.code(), refusal.message())));
      }
    }
    return Outcome.done(new Admitted(units, refused));
  }

  /** Sends a unit's devices back to their host, or on a dry run says which unit that is. */
  public Outcome<Unit> forget(HostName name, PciAddress address, boolean dryRun, Origin origin) {
    if (dryRun) {
      return desk.transactions.read(() -> unitAt(name, address));
    }
    return desk.onHost(
        name,
        (host, now) ->
            unitAt(name, address)
                .then(unit -> desk.steps.step(unit, UnitEvent.FORGET, Desk.event(host, now)))
                .map(
                    unit -> {
                      String object = unit.id().toString();
                      desk.trail.done(origin, now, "device.forget", object, name + "/" + address);
                      return unit;
                    }));
  }

  private Outcome<Unit> unitAt(HostName host, PciAddress address) {
    Optional<Device> device = desk.devices.at(host, address);
    if (device.isEmpty()) {
      return Outcome.refused(
          Code.UNKNOWN_DEVICE, "no device is known at " + address + " of host " + host);
    }
    return device
        .get()
        .unit()
        .flatMap(desk.units::find)
        .map(Outcome::done)
        .orElseGet(
            () ->
                Outcome.refused(
                    Code.UNMANAGED, address + " of host " + host + " was never taken in"));
  }

  private Outcome<Admitted> on(
      HostName name,
      BiFunction<HostInventory, List<Device>, Admission> judge,
      boolean dryRun,
      Origin origin) {
    if (dryRun) {
      return desk.transactions.read(
          () -> judge(name, judge).map(admission -> preview(name, admission)));
    }
    return desk.onHost(
        name,
        (host, now) -> judge(name, judge).map(admission -> takeIn(host, admission, now, origin)));
  }

  private Outcome<Admission> judge(
      HostName name, BiFunction<HostInventory, List<Device>, Admission> judge) {
    if (desk.hosts.find(name).isEmpty()) {
      return Desk.unknown(name);
    }
    Optional<String> inventory = desk.hosts.inventory(name);
    if (inventory.isEmpty()) {
      return Outcome.refused(
          Code.NO_REPORT, "host " + name + " has not reported yet; start its agent");
    }
    return Outcome.done(judge.apply(read(inventory.get()), desk.devices.ofHost(name)));
  }

  private Admitted preview(HostName name, Admission admission) {
    Instant now = desk.clock.instant();
    List<Taken> units =
        admission.groups().stream()
            .map(members -> new Taken(unmanaged(name, members, now), members))
            .toList();
    return new Admitted(units, refused(name, admission));
  }

  private Admitted takeIn(LockedHost host, Admission admission, Instant now, Origin origin) {
    List<Taken> units = new ArrayList<>();
    for (List<Device> members : admission.groups()) {
      Unit before = unitOf(host.host().name(), members, now);
      desk.devices.join(before.id(), members);
      Unit unit =
          desk.steps
              .step(
                  before,
                  UnitEvent.ADMIT,
                  Desk.event(host, now).because(Code.ADMITTED, "it was just taken in"))
              .orElseThrow();
      units.add(new Taken(unit, members));
      desk.trail.done(
          origin, now, "device.admit", before.id().toString(), addresses(host, members));
    }
    HostName name = host.host().name();
    desk.hosts.inventory(name).ifPresent(shown -> desk.places.take(name, read(shown)));
    return new Admitted(units, refused(name, admission));
  }

  /** The unit that these devices were before they were given back, or a new one. */
  private Unit unitOf(HostName name, List<Device> members, Instant now) {
    return desk.units.ofHost(name).stream()
        .filter(unit -> unit.state() == UnitState.UNMANAGED && unit.slice().isEmpty())
        .filter(unit -> ids(desk.devices.membersOf(unit.id())).equals(ids(members)))
        .findFirst()
        .orElseGet(
            () -> {
              Unit unit = unmanaged(name, members, now);
              desk.steps.begin(unit);
              return unit;
            });
  }

  private Unit unmanaged(HostName name, List<Device> members, Instant now) {
    return Unit.unmanaged(new UnitId(desk.ids.get()), name, Admission.modelOf(members), now);
  }

  private static List<Object> ids(List<Device> devices) {
    return devices.stream().<Object>map(Device::id).toList();
  }

  private static String addresses(LockedHost host, List<Device> members) {
    return host.host().name()
        + " "
        + String.join(" ", members.stream().map(device -> device.address().toString()).toList());
  }

  private static List<Refused> refused(HostName name, Admission admission) {
    return admission.refused().stream()
        .map(no -> new Refused(name, Optional.of(no.address()), no.reason()))
        .toList();
  }

  /** Reads an inventory as it was kept. */
  static HostInventory read(String inventory) {
    try {
      return Json.read(
          inventory,
          ReportJson.LIMITS,
          // What could not be read was said when it came.
          in -> InventoryJson.read(in, unreadable -> {}));
    } catch (WireException e) {
      throw new IllegalStateException("the database holds an inventory that cannot be read", e);
    }
  }
}
