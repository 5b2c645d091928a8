package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import ostler.allocator.engine.Admission;
import ostler.allocator.engine.CardPlan;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Layout;
import ostler.allocator.engine.Lifecycle;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Quarantine;
import ostler.allocator.engine.Slice;
import ostler.allocator.engine.Turnover;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import ostler.inventory.HostInventory;
import ostler.inventory.HostReport;
import ostler.inventory.SlicePart;
import ostler.inventory.SliceTypeName;
import ostler.inventory.Tenant;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitMember;
import ostler.inventory.UnitOrder;
import ostler.inventory.UnorderedSlice;
import ostler.pci.PciAddress;

/**
 * Writes slices down again that their host has and that a restored database lost, each under its
 * own id, with what its last order said that it is. Whoever may have one is named in its
 * quarantine, so that an operator can write that claim down too; what is nobody's goes when its
 * card is emptied. Nothing is written that is not known: a card or a type of which this database
 * knows too little is left for an operator, as before.
 */
final class LostSlices {

  private final Desk desk;

  LostSlices(Desk desk) {
    this.desk = desk;
  }

  /** Writes down what a report says of slices that this database does not have. */
  void writeDown(LockedHost host, HostReport report, Instant now, Origin origin) {
    if (!report.unordered().isEmpty()) {
      new Sitting(host, now, origin.by(Origin.ALLOCATOR)).writeDown(report.unordered());
    }
  }

  /** A slice that can be written down. */
  private record Found(UnorderedSlice told, Slice slice, List<Device> members) {
    UnitId id() {
      return told.order().unit();
    }
  }

  /** What one host reports, in one transaction. */
  private final class Sitting {

    private final LockedHost host;
    private final Instant now;
    private final Origin origin;
    private final List<Device> devices;
    private final Optional<HostInventory> shown;

    Sitting(LockedHost host, Instant now, Origin origin) {
      this.host = host;
      this.now = now;
      this.origin = origin;
      this.devices = desk.devices.ofHost(host.host().name());
      this.shown = desk.hosts.inventory(host.host().name()).map(AdmissionDesk::read);
    }

    void writeDown(List<UnorderedSlice> told) {
      Map<UnitId, List<UnorderedSlice>> byParent = new LinkedHashMap<>();
      for (UnorderedSlice one : told) {
        if (isLost(one.order())) {
          parentOf(one.order())
              .ifPresent(id -> byParent.computeIfAbsent(id, at -> new ArrayList<>()).add(one));
        }
      }
      byParent.forEach((id, lost) -> writeDown(desk.units.find(id).orElseThrow(), lost));
    }

    /** One that was given back, and of which its host knows nothing newer, was not lost. */
    private boolean isLost(UnitOrder order) {
      return desk.units
          .find(order.unit())
          .map(
              unit ->
                  unit.state() == UnitState.UNMANAGED
                      && unit.kind() == order.kind()
                      && unit.host().equals(host.host().name())
                      && unit.fence().isOlderThan(order.fence()))
          .orElse(true);
    }

    private Optional<UnitId> parentOf(UnitOrder order) {
      Optional<PciAddress> card =
          order
              .slice()
              .map(part -> part.parent().address())
              .or(
                  () ->
                      shown
                          .flatMap(all -> all.function(order.members().addresses().get(0)))
                          .flatMap(function -> function.physicalFunction()));
      return card.flatMap(this::device).flatMap(Device::unit);
    }

    private Optional<Device> device(PciAddress address) {
      return devices.stream()
          .filter(device -> device.present() && device.address().equals(address))
          .findFirst();
    }

    private void writeDown(Unit parent, List<UnorderedSlice> lost) {
      List<Found> found = lost.stream().flatMap(one -> found(parent, one).stream()).toList();
      boolean claimed = found.stream().anyMatch(one -> one.told().tenant().isPresent());
      boolean canServe =
          parent.state() == UnitState.SLICED
              || (claimed && takeAsSliced(parent, found.get(0).slice().kind()));
      if (canServe) {
        found.forEach(one -> takeIn(parent, one));
        desk.hosts
            .inventory(parent.host())
            .ifPresent(kept -> desk.places.take(parent.host(), AdmissionDesk.read(kept)));
      }
    }

    private Optional<Found> found(Unit parent, UnorderedSlice told) {
      UnitOrder order = told.order();
      List<Device> own = desk.devices.membersOf(parent.id());
      boolean sameCard =
          order.slice().map(part -> own.stream().anyMatch(is(part.parent()))).orElse(true);
      boolean onFunction = order.kind() == UnitKind.VENDOR_VF || order.kind() == UnitKind.SRIOV_VF;
      List<Device> members = onFunction ? function(order) : own;
      return sameCard && !members.isEmpty()
          ? slice(parent, order).map(slice -> new Found(told, slice, members))
          : Optional.empty();
    }

    private static Predicate<Device> is(UnitMember member) {
      return device ->
          device.address().equals(member.address())
              && !device.identity().contradicts(member.identity());
    }

    /** The virtual function that it is, where that is there and no other unit's. */
    private List<Device> function(UnitOrder order) {
      return devices.stream()
          .filter(Device::present)
          .filter(is(order.members().members().get(0)))
          .filter(device -> device.unit().filter(unit -> !unit.equals(order.unit())).isEmpty())
          .toList();
    }

    /** What it is of its card; empty where that is not known exactly. */
    private Optional<Slice> slice(Unit parent, UnitOrder order) {
      CardPlan plan = CardPlan.of(desk.layouts.card(parent.id()));
      Optional<SliceTypeName> type = order.slice().map(SlicePart::type);
      return plan.share(order.kind(), type)
          .map(
              weight ->
                  new Slice(
                      order.kind(), parent.id(), type, weight, plan.memoryMib(order.kind(), type)));
    }

    /**
     * Takes a card as cut that this database has as dirty, and answers whether it could. It serves
     * nobody new: once what is cut from it is gone, it is wiped as a whole.
     */
    private boolean takeAsSliced(Unit parent, UnitKind kind) {
      boolean otherwiseKeptOut =
          parent.standing().quarantine().filter(q -> q.code() != Code.UNEXPLAINED).isPresent();
      if (otherwiseKeptOut || Lifecycle.objection(parent, UnitEvent.SEEN_SLICED).isPresent()) {
        return false;
      }
      boolean onFunctions = kind == UnitKind.VENDOR_VF || kind == UnitKind.SRIOV_VF;
      Layout seen =
          new Layout(
              kind,
              List.of(),
              onFunctions ? functionsOf(parent) : 0,
              false,
              true,
              Turnover.levelOf(parent, desk.layouts.declared(parent.id()), Policy.WHOLE_UNITS));
      String why = "its host has it cut into slices that the database, which was restored, lost";
      Unit cut =
          desk.steps
              .step(
                  parent,
                  UnitEvent.SEEN_SLICED,
                  Desk.event(host, now).with(seen).because(Code.RESTORED, why))
              .orElseThrow();
      desk.steps.note(cut, cut.with(cut.cut().beingEmptied()), now);
      desk.trail.done(origin, now, "unit.see_sliced", parent.id().toString(), why);
      return true;
    }

    private int functionsOf(Unit parent) {
      PciAddress main = Device.main(desk.devices.membersOf(parent.id())).address();
      return (int)
          shown.stream()
              .flatMap(all -> all.functions().stream())
              .filter(function -> function.physicalFunction().equals(Optional.of(main)))
              .count();
    }

    private void takeIn(Unit parent, Found found) {
      Unit before =
          desk.units
              .find(found.id())
              .orElseGet(
                  () -> {
                    Unit unit =
                        Unit.unmade(
                            found.id(),
                            parent.host(),
                            Admission.modelOf(found.members()),
                            found.slice(),
                            now);
                    desk.steps.begin(unit);
                    return unit;
                  });
      if (found.slice().isOnParent()) {
        desk.devices.share(before.id(), found.members());
      } else {
        desk.devices.join(before.id(), found.members());
      }
      Unit taken =
          desk.steps
              .step(
                  before,
                  UnitEvent.ADMIT,
                  Desk.event(host, now)
                      .because(Code.RESTORED, "its host has it, and the database lost it"))
              .orElseThrow();
      desk.trail.done(
          origin, now, "slice.write_down", before.id().toString(), parent.id().toString());
      found.told().tenant().ifPresent(tenant -> keepFor(taken, tenant));
    }

    /** Only an operator knows whether the claim is one to go on with. */
    private void keepFor(Unit slice, Tenant tenant) {
      String sentence =
          "its host keeps it for claim "
              + tenant.claim()
              + " of project "
              + tenant.project()
              + " for "
              + tenant.consumer()
              + ", which the database, restored, lost; return it, then write that claim down with"
              + " ostler claim adopt under its id";
      UnitDesk.quarantine(
              desk, host, slice, new Quarantine(Code.UNEXPLAINED, sentence, Origin.ALLOCATOR, now))
          .orElseThrow();
      desk.trail.event(
          now,
          "alarm",
          slice.id().toString(),
          Optional.empty(),
          "unit " + slice.id() + ": " + sentence);
    }
  }
}
