package ostler.allocator.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.DeviceId;
import ostler.allocator.engine.DeviceScan;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Host.LiveAgent;
import ostler.allocator.engine.Host.Warning;
import ostler.allocator.engine.Layout;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Particulars;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;
import ostler.allocator.engine.ReportReading;
import ostler.allocator.engine.ReportReading.Cue;
import ostler.allocator.engine.Slice;
import ostler.allocator.engine.Turnover;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import ostler.inventory.ChainHash;
import ostler.inventory.ForeignHolder;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.HostReport;
import ostler.inventory.InventoryJson;
import ostler.inventory.ReportAnswer;
import ostler.inventory.ReportAnswer.WipeRefusal;
import ostler.inventory.SignedWipe;
import ostler.inventory.UnitId;
import ostler.inventory.UnitReport;
import ostler.inventory.WipeId;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeRecord;
import ostler.wire.Json;
import ostler.wire.WireException;

/** Takes in what a host's agent reports, all of it in one transaction. */
public final class ReportDesk {

  private static final int INTERVAL_SECONDS = 30;

  private final Desk desk;
  private final Policy policy;
  private final WipeDesk wipeDesk;
  private final AftermathDesk aftermathDesk;
  private final TurnoverDesk turnoverDesk;
  private final LostSlices lostSlices;

  public ReportDesk(Desk desk, Policy policy) {
    this.desk = desk;
    this.policy = policy;
    this.wipeDesk = new WipeDesk(desk);
    this.aftermathDesk = new AftermathDesk(desk);
    this.turnoverDesk = new TurnoverDesk(desk, policy);
    this.lostSlices = new LostSlices(desk);
  }

  /**
   * A report as it came.
   *
   * @param refused the parts of it that could not be read
   * @param sent by the agent's clock, where it said so
   */
  public record Delivery(HostReport report, List<Warning> refused, Optional<Instant> sent) {
    public Delivery {
      refused = List.copyOf(refused);
    }
  }

  /** Takes in a report, and says what became of its wipe records. */
  public Outcome<ReportAnswer> take(HostName name, Delivery delivery, Origin origin) {
    return desk.onHost(
        name,
        (host, now) ->
            ReportReading.sessionObjection(host.host(), delivery.report(), now)
                .map(reason -> Outcome.<ReportAnswer>refused(Refusal.of(reason)))
                .orElseGet(() -> Outcome.done(new Sitting(host, delivery, now, origin).take())));
  }

  /** One report on its way through one transaction. */
  private final class Sitting {

    private final LockedHost host;
    private final Delivery delivery;
    private final HostReport report;
    private final Instant now;
    private final Origin origin;
    private final boolean newBoot;
    private final Map<UnitId, UnitReport> told;
    private final List<WipeId> accepted = new ArrayList<>();
    private final List<WipeRefusal> refused = new ArrayList<>();
    private final List<Warning> warnings;

    Sitting(LockedHost host, Delivery delivery, Instant now, Origin origin) {
      this.host = host;
      this.delivery = delivery;
      this.report = delivery.report();
      this.now = now;
      this.origin = origin;
      this.newBoot = ReportReading.isNewBoot(host.host(), report);
      this.warnings = new ArrayList<>(delivery.refused());
      this.told =
          report.units().stream()
              .collect(Collectors.toMap(UnitReport::unit, unit -> unit, (one, other) -> other));
    }

    ReportAnswer take() {
      HostName name = host.host().name();
      if (aftermathDesk.foresees(host, report, now, origin)) {
        learn(desk.units.ofHost(name));
        return answer(false);
      }
      aftermathDesk.settle(host, report, now, origin);
      boolean needInventory =
          report.inventory().isEmpty()
              && !host.host().digest().equals(Optional.of(report.digest()));
      if (host.host().isSilent(now)) {
        desk.ledger.heard(desk.units.ofHost(name), now);
      }
      report.inventory().ifPresent(this::reconcile);
      Map<UnitId, List<Device>> members = membersByUnit(name);
      for (Unit unit : desk.units.ofHost(name)) {
        observe(unit, members.getOrDefault(owner(unit), List.of()));
      }
      for (int i = 0; i < report.wipes().size(); i++) {
        judge(i, report.wipes().get(i));
      }
      goOn(name);
      lostSlices.writeDown(host, report, now, origin);
      if (newBoot) {
        desk.trail.event(now, "host", name.value(), Optional.empty(), "boot " + report.bootId());
      }
      host.become(heard());
      return answer(needInventory);
    }

    private ReportAnswer answer(boolean needInventory) {
      return new ReportAnswer(
          host.host().revision(),
          needInventory,
          accepted,
          refused,
          warnings.stream()
              .map(warning -> new ReportAnswer.Warning(warning.path(), warning.rule()))
              .toList(),
          INTERVAL_SECONDS);
    }

    private void reconcile(HostInventory shown) {
      HostName name = host.host().name();
      DeviceScan scan =
          DeviceScan.compare(
              desk.devices.ofHost(name),
              shown,
              report.scanComplete() && shown.scanComplete(),
              () -> new DeviceId(desk.ids.get()),
              now);
      scan.changed().forEach(desk.devices::save);
      scan.discovered().forEach(desk.devices::add);
      desk.hosts.saveInventory(name, Json.write(out -> InventoryJson.write(shown, out)));
      desk.places.take(name, shown);
    }

    private Map<UnitId, List<Device>> membersByUnit(HostName name) {
      return desk.devices.ofHost(name).stream()
          .filter(device -> device.unit().isPresent())
          .sorted(Comparator.comparing(Device::address))
          .collect(Collectors.groupingBy(device -> device.unit().get()));
    }

    /** Of a slice that is made of its parent's own members: the parent. */
    private static UnitId owner(Unit unit) {
      return unit.slice()
          .filter(slice -> slice.isOnParent() && unit.state() != UnitState.UNMANAGED)
          .map(Slice::parent)
          .orElse(unit.id());
    }

    /** Takes down what is; of the unit's state it changes only what no longer holds. */
    private void observe(Unit before, List<Device> members) {
      if (members.isEmpty()) {
        return;
      }
      Optional<UnitReport> answer = Optional.ofNullable(told.get(before.id()));
      answer
          .filter(unitReport -> ReportReading.isStaleAnswer(before, unitReport))
          .ifPresent(unitReport -> auditStale(before, unitReport));
      if (ReportReading.isStillUsed(before, members, answer, report.foreign())) {
        alarm(before);
      }
      Unit after =
          ReportReading.inBoot(
              ReportReading.withFacts(before, members, report.inventory(), answer, newBoot),
              report.bootId());
      if (ReportReading.changesOrders(before, after)) {
        host.newOrders();
      }
      Unit noted = after.equals(before) ? before : desk.steps.note(before, after, now);
      Unit saved =
          ReportReading.takenBack(before, after).map(cue -> follow(noted, cue)).orElse(noted);
      ReportReading.voided(saved, newBoot).ifPresent(cue -> follow(saved, cue));
    }

    /** A host on which somebody goes on with what was taken from him gets no more tenants. */
    private void alarm(Unit unit) {
      if (host.host().admin().cordoned()) {
        return;
      }
      HostName name = host.host().name();
      String sentence =
          "unit "
              + unit.id()
              + " is still used by abandoned claim "
              + unit.lastClaim().orElseThrow()
              + "; stop that, restart the host, then uncordon it";
      host.become(host.host().with(host.host().admin().withCordon(true, sentence)));
      desk.trail.event(now, "alarm", name.value(), Optional.empty(), sentence);
      desk.trail.done(
          new Origin(Origin.ALLOCATOR, origin.requestId(), sentence),
          now,
          "host.cordon",
          name.value(),
          Code.ABANDONED.name());
    }

    private void judge(int index, SignedWipe signed) {
      try {
        WipeRecord record = WipeRecord.parse(signed.body());
        Optional<Reason> objection =
            wipeDesk.take(
                new WipeDesk.Delivery(host, report.bootId(), now, origin), signed, record);
        objection.ifPresentOrElse(
            reason ->
                refused.add(new WipeRefusal(record.wipe(), reason.code().name(), reason.message())),
            () -> accepted.add(record.wipe()));
      } catch (WireException e) {
        Warning warning = new Warning("wipes[" + index + "].body." + e.path(), e.rule());
        warnings.add(warning);
        WipeRecord.wipeOf(signed.body())
            .ifPresent(wipe -> refused.add(refusal(wipe, Code.BAD_RECORD, warning)));
      }
    }

    /** Takes the host's answers, turns its parents over, and has dirty units cleaned. */
    private void goOn(HostName name) {
      List<Unit> answered = new ArrayList<>();
      for (Unit unit : desk.units.ofHost(name)) {
        answered.add(follow(unit));
      }
      learn(answered);
      Optional<Map<UnitId, Layout>> turned =
          turnoverDesk.run(new TurnoverDesk.Occasion(host, now, origin), answered);
      if (policy.autoClean()) {
        cleanAll(
            turned.isPresent() ? desk.units.ofHost(name) : answered, turned.orElseGet(Map::of));
      }
    }

    /** Takes down what can be made on the host's cards; of units that are not its own, nothing. */
    private void learn(List<Unit> units) {
      if (!report.parents().isEmpty()) {
        Set<UnitId> own = units.stream().map(Unit::id).collect(Collectors.toSet());
        desk.layouts.learn(
            report.parents().stream().filter(parent -> own.contains(parent.unit())).toList());
      }
    }

    /** Takes the host's answers to its orders. */
    private Unit follow(Unit unit) {
      Unit after = unit;
      UnitReport answer = told.get(unit.id());
      if (answer != null) {
        for (Cue cue : ReportReading.answers(unit, answer)) {
          after = follow(after, cue);
        }
        Optional<Cue> voided = ReportReading.voided(after, false);
        if (voided.isPresent()) {
          after = follow(after, voided.get());
        }
      }
      return after;
    }

    /** Gives the order to clean where one is due. */
    private void cleanAll(List<Unit> units, Map<UnitId, Layout> layouts) {
      Map<UnitId, Unit> byId = units.stream().collect(Collectors.toMap(Unit::id, unit -> unit));
      for (Unit unit : units) {
        boolean served =
            unit.slice()
                .map(slice -> Turnover.isServed(unit, byId.get(slice.parent())))
                .orElse(true);
        if (served && UnitDesk.mayBeCleanedByItself(unit)) {
          clean(
              unit,
              Turnover.levelOf(unit, Optional.ofNullable(layouts.get(unit.id())), policy.level()));
        }
      }
    }

    private void clean(Unit unit, WipeLevel level) {
      Particulars order = UnitDesk.orderClean(desk, host, unit, level, now);
      desk.steps.step(unit, UnitEvent.ORDER_CLEAN, order).orElseThrow();
      String wipe = "wipe " + order.order().orElseThrow().id();
      desk.trail.done(origin.by(Origin.ALLOCATOR), now, "unit.clean", unit.id().toString(), wipe);
    }

    private Unit follow(Unit unit, Cue cue) {
      if (cue.event() == UnitEvent.WIPE_FAILED) {
        Reason cause = cue.cause().orElseThrow();
        return wipeDesk.failed(host, unit, cause.code(), cause.message(), now);
      }
      Particulars bare = Desk.event(host, now);
      Particulars particulars =
          cue.cause().map(cause -> bare.because(cause.code(), cause.message())).orElse(bare);
      Unit after = desk.steps.step(unit, cue.event(), particulars).orElseThrow();
      if (cue.event() == UnitEvent.GIVEN_BACK) {
        desk.devices.part(unit.id());
      }
      desk.trail.done(
          origin,
          now,
          "unit." + cue.event().name().toLowerCase(Locale.ROOT),
          unit.id().toString(),
          cue.cause().map(Reason::message).orElse(""));
      return after;
    }

    private void auditStale(Unit unit, UnitReport answer) {
      desk.trail.record(
          origin,
          now,
          "unit.report",
          unit.id().toString(),
          Code.STALE_FENCE.name(),
          answer.phase() + " under fence " + answer.fence() + ", not " + unit.fence());
    }

    private Host heard() {
      LiveAgent agent =
          new LiveAgent(
              report.agent().instance(),
              report.agent().version(),
              report.sequence(),
              report.bootId(),
              report.facts().kernel(),
              report.facts().iommu(),
              now,
              delivery.sent().map(sent -> Duration.between(now, sent).toMillis()));
      Optional<ChainHash> stored =
          report.inventory().isPresent() ? Optional.of(report.digest()) : host.host().digest();
      List<Warning> all =
          Stream.concat(warnings.stream(), report.foreign().stream().map(ReportDesk::warning))
              .toList();
      Host reporting = host.host().with(host.host().admin().reportedIn(report.bootId()));
      return reporting.heard(agent, report.appliedRevision(), stored, all);
    }
  }

  /** Its host gets an answer, so that the next record of the unit is not kept waiting by it. */
  private static WipeRefusal refusal(WipeId wipe, Code code, Warning warning) {
    return new WipeRefusal(
        wipe,
        code.name(),
        "the record cannot be read: " + warning.path() + ' ' + warning.rule() + "; wipe it again");
  }

  private static Warning warning(ForeignHolder foreign) {
    return new Warning(
        String.join(" ", foreign.members().stream().map(Object::toString).toList()),
        "is held by "
            + foreign.holder().kind()
            + " "
            + foreign.holder().name()
            + ", which no claim knows of; admit and adopt it");
  }
}
