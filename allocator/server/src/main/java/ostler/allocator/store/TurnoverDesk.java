package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ostler.allocator.engine.Admission;
import ostler.allocator.engine.CardPlan;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Layout;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Particulars;
import ostler.allocator.engine.Slice;
import ostler.allocator.engine.Turnover;
import ostler.allocator.engine.Turnover.Making;
import ostler.allocator.engine.Turnover.Seat;
import ostler.allocator.engine.Turnover.Step;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import ostler.inventory.HostName;
import ostler.inventory.ParentReport;
import ostler.inventory.UnitId;
import ostler.pci.PciAddress;

/** Brings parents and their slices on, as far as can be done now, on a host that is held. */
final class TurnoverDesk {

  /** Each parent takes a handful at most; more would be going round in a circle. */
  private static final int MAX_STEPS = 16;

  private final Desk desk;
  private final Policy policy;

  TurnoverDesk(Desk desk, Policy policy) {
    this.desk = desk;
    this.policy = policy;
  }

  /** Who is held, when, and on whose account. */
  record Occasion(LockedHost host, Instant now, Origin origin) {}

  /**
   * Does what is due on every parent of the host.
   *
   * @return what the host's parents are to be cut into; absent where it has none, so that nothing
   *     was done
   */
  Optional<Map<UnitId, Layout>> run(Occasion occasion, List<Unit> units) {
    Map<UnitId, Layout> layouts = desk.layouts.appliedOn(occasion.host().host().name());
    List<Unit> parents =
        units.stream()
            .filter(unit -> layouts.containsKey(unit.id()) || unit.state() == UnitState.SLICED)
            .toList();
    parents.forEach(unit -> run(occasion, unit.id(), Optional.ofNullable(layouts.get(unit.id()))));
    return parents.isEmpty() ? Optional.empty() : Optional.of(layouts);
  }

  /**
   * Does what is due on one parent.
   *
   * @return what it waits for, where it waits for something
   */
  Step.Rest run(Occasion occasion, UnitId id, Optional<Layout> layout) {
    for (int i = 0; i < MAX_STEPS; i++) {
      Unit parent = desk.units.find(id).orElseThrow();
      Step step = Turnover.next(parent, seats(id), layout, card(parent));
      boolean waits = step instanceof Step.Clean && !policy.autoClean();
      if (waits) {
        return new Step.Rest(Optional.empty());
      }
      if (step instanceof Step.Rest rest) {
        return rest;
      }
      take(occasion, parent, step);
    }
    throw new IllegalStateException("parent " + id + " is turned over without end");
  }

  /** What a parent waits for, without doing anything. */
  Step next(Unit parent) {
    return Turnover.next(
        parent, seats(parent.id()), desk.layouts.applied(parent.id()), card(parent));
  }

  /** What was said of a card the last time; of its functions those that are there now. */
  private Optional<ParentReport> card(Unit parent) {
    return desk.layouts.card(parent.id()).map(said -> present(said, parent.host()));
  }

  private ParentReport present(ParentReport said, HostName host) {
    if (said.functions().isEmpty()) {
      return said;
    }
    Set<PciAddress> there =
        desk.devices.ofHost(host).stream()
            .filter(Device::present)
            .map(Device::address)
            .collect(Collectors.toSet());
    return new ParentReport(
        said.unit(),
        said.totalFunctions(),
        said.functions().stream().filter(there::contains).toList(),
        said.offers(),
        said.foreign(),
        said.problem());
  }

  private List<Seat> seats(UnitId parent) {
    List<Unit> slices = desk.units.slicesOf(parent);
    Map<UnitId, List<Device>> members =
        desk.devices.membersOf(slices.stream().map(Unit::id).toList());
    return slices.stream()
        .map(slice -> new Seat(slice, function(slice, members.getOrDefault(slice.id(), List.of()))))
        .toList();
  }

  private static Optional<PciAddress> function(Unit slice, List<Device> members) {
    return slice.slice().orElseThrow().isOnParent()
        ? Optional.empty()
        : members.stream().findFirst().map(Device::address);
  }

  private void take(Occasion occasion, Unit parent, Step step) {
    if (step instanceof Step.Clean clean) {
      Particulars order =
          UnitDesk.orderClean(desk, occasion.host(), parent, clean.level(), occasion.now());
      step(occasion, parent, UnitEvent.ORDER_CLEAN, order, "to " + clean.level());
    } else if (step instanceof Step.Cut cut) {
      step(
          occasion,
          parent,
          UnitEvent.SLICE,
          event(occasion).with(cut.layout()),
          cut.layout().toString());
    } else if (step instanceof Step.Empty) {
      desk.steps.note(parent, parent.with(parent.cut().beingEmptied()), occasion.now());
      tell(occasion, parent, "unit.empty", "its slices are taken away");
    } else if (step instanceof Step.GiveBack back) {
      back.slices().forEach(slice -> giveBack(occasion, slice));
    } else if (step instanceof Step.Make make) {
      make(occasion, parent, make.slices());
    } else if (step instanceof Step.Uncut) {
      step(
          occasion,
          parent,
          UnitEvent.UNSLICE,
          event(occasion).because(Code.RELEASED, "it was cut into slices, and all are given back"),
          "");
    }
  }

  /** Has one slice taken away. */
  Unit giveBack(Occasion occasion, Unit slice) {
    return step(occasion, slice, UnitEvent.FORGET, event(occasion), "");
  }

  private Unit step(
      Occasion occasion, Unit unit, UnitEvent event, Particulars particulars, String said) {
    Unit after = desk.steps.step(unit, event, particulars).orElseThrow();
    tell(occasion, unit, "unit." + verb(event), said);
    return after;
  }

  private static String verb(UnitEvent event) {
    return switch (event) {
      case ORDER_CLEAN -> "clean";
      case SLICE -> "slice";
      case UNSLICE -> "unslice";
      case FORGET -> "forget";
      default -> throw new IllegalArgumentException("no turnover makes a unit " + event);
    };
  }

  private void tell(Occasion occasion, Unit unit, String action, String said) {
    desk.trail.done(
        occasion.origin().by(Origin.ALLOCATOR), occasion.now(), action, unit.id().toString(), said);
  }

  private static Particulars event(Occasion occasion) {
    return Desk.event(occasion.host(), occasion.now());
  }

  private void make(Occasion occasion, Unit parent, List<Making> makings) {
    Optional<ParentReport> card = desk.layouts.card(parent.id());
    Layout layout = desk.layouts.applied(parent.id()).orElseThrow();
    List<Unit> unused =
        new ArrayList<>(
            desk.units.slicesOf(parent.id()).stream()
                .filter(slice -> slice.state() == UnitState.UNMANAGED)
                .toList());
    List<Device> own = desk.devices.membersOf(parent.id());
    Map<PciAddress, Device> functions =
        desk.devices.ofHost(parent.host()).stream()
            .filter(Device::present)
            .collect(Collectors.toMap(Device::address, device -> device));
    for (Making making : makings) {
      CardPlan plan = CardPlan.of(card);
      Slice slice =
          new Slice(
              layout.kind(),
              parent.id(),
              making.type(),
              plan.weight(layout.kind(), making.type()),
              plan.memoryMib(layout.kind(), making.type()));
      List<Device> members = making.function().map(at -> List.of(functions.get(at))).orElse(own);
      Unit before =
          unused.stream()
              .filter(unit -> isSame(unit, slice, members))
              .findFirst()
              .orElseGet(() -> begun(parent, slice, members, occasion.now()));
      unused.remove(before);
      takeIn(occasion, before, members);
    }
    place(parent.host());
  }

  private void takeIn(Occasion occasion, Unit before, List<Device> members) {
    if (before.slice().orElseThrow().isOnParent()) {
      desk.devices.share(before.id(), members);
    } else {
      desk.devices.join(before.id(), members);
    }
    desk.steps
        .step(
            before,
            UnitEvent.ADMIT,
            event(occasion).because(Code.ADMITTED, "its parent was cut by its layout"))
        .orElseThrow();
    tell(occasion, before, "slice.admit", before.slice().orElseThrow().parent().toString());
  }

  private Unit begun(Unit parent, Slice slice, List<Device> members, Instant now) {
    Unit unit =
        Unit.unmade(
            new UnitId(desk.ids.get()), parent.host(), Admission.modelOf(members), slice, now);
    desk.steps.begin(unit);
    return unit;
  }

  /** A slice that was there before, of the same part of the card, is taken up again. */
  private boolean isSame(Unit unit, Slice slice, List<Device> members) {
    Slice other = unit.slice().orElseThrow();
    return other.kind() == slice.kind()
        && other.type().equals(slice.type())
        && other.weight() == slice.weight()
        && ids(desk.devices.membersOf(unit.id())).equals(ids(members));
  }

  private static List<Object> ids(List<Device> devices) {
    return devices.stream()
        .sorted(Comparator.comparing(Device::address))
        .<Object>map(Device::id)
        .toList();
  }

  private void place(HostName host) {
    desk.hosts
        .inventory(host)
        .ifPresent(shown -> desk.places.take(host, AdmissionDesk.read(shown)));
  }
}
