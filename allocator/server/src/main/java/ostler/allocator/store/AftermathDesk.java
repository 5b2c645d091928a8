package ostler.allocator.store;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ostler.allocator.engine.Aftermath;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Particulars;
import ostler.allocator.engine.Quarantine;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.ReportReading.Cue;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.inventory.HostReport;
import ostler.inventory.UnitId;
import ostler.inventory.UnitReport;

/** Brings a restored database and a host that lived on together, at the host's first report. */
final class AftermathDesk {

  private final Desk desk;

  AftermathDesk(Desk desk) {
    this.desk = desk;
  }

  /**
   * Settles a host where that is due: after a restore that was told of, and after one that was not
   * and that the host gives away by knowing more than the database.
   */
  void settle(LockedHost host, HostReport report, Instant now, Origin origin) {
    // A host that is heard all the time was not restored; so most reports cost nothing here.
    boolean told = host.host().isSilent(now) && desk.hosts.endRestored(host.host().name());
    Optional<Long> winning = Aftermath.winningEpoch(host.host(), report);
    if (winning.isPresent()) {
      overtake(host, winning.get(), report.appliedRevision(), now);
    }
    if (told || winning.isPresent()) {
      new Sitting(host, now, origin).settle(report.units());
    }
  }

  /**
   * Whether a host is marked as one of a restored database, and tells still what it knew before it
   * has taken up orders from after that. Such a report counts against its units and never for them:
   * once it has new orders, it shows no more what it did not know.
   */
  boolean foresees(LockedHost host, HostReport report, Instant now, Origin origin) {
    if (!Aftermath.isYetToCome(host.host(), report)
        || !host.host().isSilent(now)
        || !desk.hosts.isRestored(host.host().name())) {
      return false;
    }
    Map<UnitId, UnitReport> told = told(report.units());
    Sitting sitting = new Sitting(host, now, origin);
    for (Unit unit : desk.units.ofHost(host.host().name())) {
      Aftermath aftermath = Aftermath.of(unit, Optional.ofNullable(told.get(unit.id())));
      if (aftermath.cue().filter(cue -> cue.event() == UnitEvent.VOID).isPresent()) {
        sitting.settle(unit, aftermath);
      }
    }
    return true;
  }

  private static Map<UnitId, UnitReport> told(List<UnitReport> reports) {
    Map<UnitId, UnitReport> told = new HashMap<>();
    reports.forEach(report -> told.put(report.unit(), report));
    return told;
  }

  private void overtake(LockedHost host, long epoch, long seenRevision, Instant now) {
    Host before = host.host();
    host.overtake(epoch, seenRevision);
    alarm(
        now,
        "host",
        before.name().value(),
        "it has seen orders that this database never gave, as after a restore; its epoch is "
            + epoch
            + " from now on");
  }

  private void alarm(Instant now, String kind, String object, String sentence) {
    desk.trail.event(now, "alarm", object, Optional.empty(), kind + ' ' + object + ": " + sentence);
  }

  /** One host's units in one transaction. */
  private final class Sitting {

    private final LockedHost host;
    private final Instant now;
    private final Origin origin;

    Sitting(LockedHost host, Instant now, Origin origin) {
      this.host = host;
      this.now = now;
      this.origin = origin.by(Origin.ALLOCATOR);
    }

    void settle(List<UnitReport> reports) {
      Map<UnitId, UnitReport> told = told(reports);
      Set<UnitId> ahead = new HashSet<>();
      for (Unit unit : desk.units.ofHost(host.host().name())) {
        Optional<UnitReport> its = Optional.ofNullable(told.remove(unit.id()));
        its.filter(report -> Aftermath.isAhead(unit, report)).ifPresent(r -> ahead.add(unit.id()));
        settle(unit, Aftermath.of(unit, its));
      }
      told.values().forEach(unknown -> raise(unknown.unit(), Aftermath.unknown(unknown)));
      Aftermath.toBeEmptied(desk.units.ofHost(host.host().name()), ahead, !told.isEmpty())
          .forEach(this::empty);
    }

    private void empty(Unit parent) {
      desk.steps.note(parent, parent.with(parent.cut().beingEmptied()), now);
      desk.trail.done(
          origin,
          now,
          "unit.empty",
          parent.id().toString(),
          "the database was restored, and whom it served since is not known");
    }

    private void settle(Unit unit, Aftermath aftermath) {
      Unit after = aftermath.cue().map(cue -> follow(unit, cue)).orElse(unit);
      aftermath.alarm().ifPresent(reason -> raise(unit.id(), reason));
      if (aftermath.keptOut()) {
        Reason reason = aftermath.alarm().orElseThrow();
        UnitDesk.quarantine(
                desk,
                host,
                after,
                new Quarantine(reason.code(), reason.message(), Origin.ALLOCATOR, now))
            .orElseThrow();
      }
    }

    private Unit follow(Unit unit, Cue cue) {
      Reason cause = cue.cause().orElseThrow();
      Particulars particulars = Desk.event(host, now).because(cause.code(), cause.message());
      return desk.steps.step(unit, cue.event(), particulars).orElseThrow();
    }

    private void raise(UnitId unit, Reason reason) {
      alarm(now, "unit", unit.toString(), reason.message());
      desk.trail.record(
          origin, now, "unit.settle", unit.toString(), Code.UNEXPLAINED.name(), reason.message());
    }
  }
}
