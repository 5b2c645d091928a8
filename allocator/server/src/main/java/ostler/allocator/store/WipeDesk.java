package ostler.allocator.store;

import java.time.Instant;
import java.util.Optional;
import ostler.allocator.engine.Certificate;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Particulars;
import ostler.allocator.engine.Quarantine;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.ReportReading;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.WipeVerdict;
import ostler.allocator.store.Wipes.Wipe;
import ostler.inventory.AgentKey;
import ostler.inventory.BootId;
import ostler.inventory.SignedWipe;
import ostler.inventory.WipeRecord;

/**
 * Judges wipe records; only an accepted one that reaches the level asked for makes a unit clean.
 */
final class WipeDesk {

  private final Desk desk;

  WipeDesk(Desk desk) {
    this.desk = desk;
  }

  /** Who brought a record, and when. */
  record Delivery(LockedHost host, BootId bootId, Instant at, Origin origin) {}

  /**
   * Why a record is not accepted, empty where it is; a record that comes again is judged as before.
   */
  Optional<Reason> take(Delivery delivery, SignedWipe signed, WipeRecord record) {
    Optional<Wipe> before = desk.wipes.find(record.wipe());
    if (before.isPresent()) {
      return again(before.get(), signed);
    }
    Optional<Unit> unit =
        desk.units
            .find(record.unit())
            .filter(known -> known.host().equals(delivery.host().host().name()));
    if (unit.isEmpty()) {
      return Optional.of(new Reason(Code.UNKNOWN_UNIT, "this host has no unit " + record.unit()));
    }
    Optional<Reason> notOrdered = WipeVerdict.notOrdered(record, unit.get());
    if (notOrdered.isPresent()) {
      return notOrdered;
    }
    return judge(delivery, signed, record, unit.get());
  }

  /** Counts a try that came to nothing; after too many of them the unit is kept from everybody. */
  Unit failed(LockedHost host, Unit unit, Code code, String message, Instant now) {
    Unit dirty = stepped(unit, UnitEvent.WIPE_FAILED, Desk.event(host, now).because(code, message));
    if (dirty.cleaning().attempts() < ReportReading.MAX_WIPE_ATTEMPTS) {
      return dirty;
    }
    String sentence =
        dirty.cleaning().attempts() + " tries at cleaning failed, the last one with " + message;
    return UnitDesk.quarantine(
            desk, host, dirty, new Quarantine(Code.WIPE_FAILED, sentence, Origin.ALLOCATOR, now))
        .orElseThrow();
  }

  private Optional<Reason> judge(
      Delivery delivery, SignedWipe signed, WipeRecord record, Unit unit) {
    AgentKey key = desk.hosts.key(unit.host()).orElseThrow();
    Optional<Reason> objection =
        WipeVerdict.objection(
            signed,
            record,
            new WipeVerdict.Expected(
                unit, desk.devices.membersOf(unit.id()), unit.host(), delivery.bootId(), key));
    desk.wipes.add(Wipe.of(record, signed, key, objection.map(Reason::code), delivery.at()));
    desk.trail.record(
        delivery.origin(),
        delivery.at(),
        "wipe.report",
        record.wipe().toString(),
        objection.map(reason -> reason.code().name()).orElse("done"),
        "unit " + unit.id() + " " + record.result() + " to " + record.reached());
    if (objection.isPresent()) {
      failed(delivery.host(), unit, Code.WIPE_REFUSED, objection.get().message(), delivery.at());
    } else {
      count(delivery, signed, record, unit);
    }
    return objection;
  }

  private void count(Delivery delivery, SignedWipe signed, WipeRecord record, Unit before) {
    Unit unit = before.with(before.cleaning().withChainHead(signed.hash()));
    if (record.isCleanTo(unit.cleaning().order().orElseThrow().level())) {
      stepped(
          unit,
          UnitEvent.WIPED,
          Desk.event(delivery.host(), delivery.at())
              .with(new Certificate(record.wipe(), record.reached())));
      return;
    }
    boolean tooLow = record.result() == WipeRecord.Result.CLEAN;
    failed(
        delivery.host(),
        unit,
        tooLow ? Code.LEVEL_TOO_LOW : Code.WIPE_FAILED,
        tooLow
            ? "its steps prove " + record.reached() + " and no more"
            : "code " + record.code().orElseThrow(),
        delivery.at());
  }

  /** A unit that is being cleaned may always make these steps. */
  private Unit stepped(Unit unit, UnitEvent event, Particulars particulars) {
    return desk.steps.step(unit, event, particulars).orElseThrow();
  }

  private static Optional<Reason> again(Wipe before, SignedWipe signed) {
    if (!before.signed().equals(signed)) {
      return Optional.of(
          new Reason(Code.NOT_ORDERED, "wipe " + before.id() + " was told before, and otherwise"));
    }
    return before
        .refusal()
        .map(code -> new Reason(code, "wipe " + before.id() + " was refused before"));
  }
}
