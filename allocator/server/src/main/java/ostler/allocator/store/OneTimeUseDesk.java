package ostler.allocator.store;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Availability;
import ostler.allocator.engine.Certificate;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import ostler.allocator.store.OneTimeUses.Row;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;
import ostler.pci.PciAddress;

/** What is done about a device that Nova has used once and uses no more. */
public final class OneTimeUseDesk {

  private static final Origin ORIGIN = new Origin(Origin.ALLOCATOR, "one-time-use", "");

  private final Desk desk;
  private final OneTimeUses uses;
  private final Chores chores;

  public OneTimeUseDesk(JdbcClient sql, Desk desk) {
    this.desk = desk;
    this.uses = new OneTimeUses(sql);
    this.chores = new Chores(sql, desk);
  }

  /** How far a device is that is used no more. */
  public enum Spent {
    /** It is yet to be wiped, or somebody has it. */
    WAITING,
    /** It was wiped after it was seen used no more, and may be had. */
    CLEAN
  }

  /** Whether nobody else has looked within that time; then nobody else will. */
  public boolean isOurTurn(Duration every) {
    return chores.doIfDue(Chores.Chore.WATCH_ONE_TIME_USE, every, () -> {});
  }

  /** The providers of which something was begun. */
  public Set<UUID> begun() {
    return desk.transactions.read(uses::providers);
  }

  /**
   * Has the unit of a function wiped that Placement shows used no more.
   *
   * @param generation that the provider has now; where it had another one, the device may have been
   *     given back and used again meanwhile, so it is wiped once more
   * @return refused where there is no such unit, or none that is whole
   */
  public Outcome<Spent> spent(UUID provider, HostName host, PciAddress address, long generation) {
    Optional<UnitId> unit =
        desk.transactions.read(() -> desk.devices.at(host, address)).flatMap(Device::unit);
    if (unit.isEmpty()) {
      return Outcome.refused(
          Code.UNKNOWN_DEVICE,
          "host " + host + " has no managed device at " + address + "; admit it");
    }
    UnitId id = unit.get();
    return desk.transactions
        .read(() -> soFar(provider, known(id), generation))
        .map(Outcome::done)
        .orElseGet(
            () ->
                desk.onHost(
                    host, (locked, now) -> begin(new Row(provider, id, now, generation), locked)));
  }

  private Unit known(UnitId unit) {
    return desk.units.find(unit).orElseThrow();
  }

  /** Absent where it is still to be begun. */
  private Optional<Spent> soFar(UUID provider, Unit unit, long generation) {
    Optional<Row> row = uses.find(provider).filter(begun -> isOf(begun, unit, generation));
    if (row.isPresent()) {
      return Optional.of(isClean(unit, row.get()) ? Spent.CLEAN : Spent.WAITING);
    }
    return unit.state().isClaimed() ? Optional.of(Spent.WAITING) : Optional.empty();
  }

  private static boolean isOf(Row row, Unit unit, long generation) {
    return row.unit().equals(unit.id()) && row.generation() == generation;
  }

  /**
   * Whether it became clean after that. A wipe that was under way counts: nobody can have a unit
   * that is being wiped.
   */
  private static boolean isClean(Unit unit, Row row) {
    return unit.state() == UnitState.CLEAN
        && unit.since().isAfter(row.seen())
        && Availability.objection(unit, Optional.empty()).isEmpty()
        && unit.cleaning()
            .certificate()
            .map(Certificate::level)
            .filter(level -> level.satisfies(Policy.WHOLE_UNITS))
            .isPresent();
  }

  private Outcome<Spent> begin(Row row, LockedHost host) {
    Unit unit = known(row.unit());
    Optional<Spent> since = soFar(row.provider(), unit, row.generation());
    if (since.isPresent()) {
      return Outcome.done(since.get());
    }
    if (unit.state() == UnitState.UNMANAGED || unit.state() == UnitState.SLICED) {
      return Outcome.refused(
          Code.WRONG_STATE, "unit " + unit.id() + " is " + unit.state() + ", not whole and ours");
    }
    if (unit.state() == UnitState.CLEAN) {
      desk.steps
          .step(
              unit,
              UnitEvent.VOID,
              Desk.event(host, row.seen())
                  .because(Code.RELEASED, "Nova used it once, and uses it no more"))
          .orElseThrow();
    }
    uses.remove(row.provider());
    uses.add(row);
    desk.trail.done(
        ORIGIN,
        row.seen(),
        "one-time-use.spent",
        unit.id().toString(),
        "provider "
            + row.provider()
            + " is reserved and used no more; it is given back once it is wiped");
    return Outcome.done(Spent.WAITING);
  }

  /** Notes that the device was seen so once more, after Placement said that it was changed. */
  public void seenAgain(UUID provider, long generation) {
    write(() -> uses.seeAgain(provider, generation));
  }

  /** Notes that the device is Placement's again. */
  public void returned(UUID provider, String name) {
    write(
        () -> {
          Optional<Row> row = uses.find(provider);
          uses.remove(provider);
          row.ifPresent(
              known ->
                  desk.trail.done(
                      ORIGIN,
                      desk.clock.instant(),
                      "one-time-use.return",
                      known.unit().toString(),
                      "provider " + provider + " (" + name + ") is reserved no more"));
        });
  }

  /** Forgets a provider about which nothing is to be done any more. */
  public void forget(UUID provider) {
    write(() -> uses.remove(provider));
  }

  private void write(Runnable work) {
    desk.transactions
        .write(
            () -> {
              work.run();
              return Outcome.done(true);
            })
        .orElseThrow();
  }
}
