package ostler.allocator.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Particulars;
import ostler.inventory.HostName;

/** What every kind of write needs: the tables, the clock, new ids, and the way to the disk. */
public final class Desk {

  final Transactions transactions;
  final Hosts hosts;
  final Devices devices;
  final Units units;
  final Claims claims;
  final Projects projects;
  final Aliases aliases;
  final Quotas quotas;
  final TreeCharge charges;
  final TreePolicy treePolicy;
  final ClaimCharges claimCharges;
  final Moves moves;
  final Holds holds;
  final Abandonment abandonment;
  final Wipes wipes;
  final Layouts layouts;
  final Places places;
  final FleetFeed fleet;
  final Proposals proposals;
  final Trail trail;
  final Ledger ledger;
  final UnitSteps steps;
  private final Usage usage;
  private final Doctor doctor;
  final Clock clock;
  final Supplier<UUID> ids;
  private final RevisionSignal signal;

  public Desk(
      JdbcClient sql,
      Transactions transactions,
      RevisionSignal signal,
      Clock clock,
      Supplier<UUID> ids) {
    this(sql, transactions, signal, clock, ids, TreePolicy.SHIPPED);
  }

  /** As above, where the operator chose what becomes of projects that nobody decided about. */
  public Desk(
      JdbcClient sql,
      Transactions transactions,
      RevisionSignal signal,
      Clock clock,
      Supplier<UUID> ids,
      TreePolicy treePolicy) {
    this.transactions = transactions;
    this.treePolicy = treePolicy;
    this.signal = signal;
    this.clock = clock;
    this.ids = ids;
    Batches batches = transactions.batches();
    hosts = new Hosts(sql, batches);
    devices = new Devices(sql);
    units = new Units(sql, batches);
    claims = new Claims(sql, batches);
    projects = new Projects(sql, batches);
    aliases = new Aliases(sql);
    quotas = new Quotas(sql, batches);
    charges = new TreeCharge(projects, quotas, treePolicy.otherwise());
    claimCharges = new ClaimCharges(sql, batches, charges);
    moves = new Moves(sql, batches, claimCharges);
    holds = new Holds(sql, batches);
    wipes = new Wipes(sql);
    layouts = new Layouts(sql);
    places = new Places(sql, devices, units);
    fleet = new FleetFeed(transactions, hosts, places, clock);
    proposals = new Proposals(fleet);
    signal.listen(fleet::touch);
    trail = new Trail(sql, batches);
    ledger = new Ledger(sql, batches, projects);
    steps = new UnitSteps(units, claims, claimCharges, ledger, trail);
    abandonment = new Abandonment(units, moves, steps);
    usage = new Usage(sql, transactions, clock);
    doctor = new Doctor(sql, transactions, clock, hosts, units, quotas);
  }

  /** Work on a host whose row the transaction holds; afterwards the host is saved. */
  interface HostWork<T> {
    Outcome<T> on(LockedHost host, Instant now);
  }

  private record Worked<T>(T value, boolean newOrders) {}

  /**
   * Runs work on one host in a transaction of its own, and afterwards wakes its agent where there
   * are new orders.
   */
  <T> Outcome<T> onHost(HostName name, HostWork<T> work) {
    Outcome<Worked<T>> outcome =
        transactions.write(
            () ->
                hosts
                    .lock(name)
                    .map(host -> work(new LockedHost(host), work))
                    .orElseGet(() -> unknown(name)));
    return outcome.map(
        worked -> {
          if (worked.newOrders()) {
            wake(name);
          }
          return worked.value();
        });
  }

  private <T> Outcome<Worked<T>> work(LockedHost host, HostWork<T> work) {
    long revision = host.host().revision();
    return work.on(host, clock.instant())
        .map(
            value -> {
              hosts.save(host.host());
              return new Worked<>(value, host.host().revision() != revision);
            });
  }

  void wake(HostName host) {
    signal.raise(host);
  }

  /** Runs work that only reads. */
  public <T> T read(Supplier<T> work) {
    return transactions.read(work);
  }

  public Hosts hosts() {
    return hosts;
  }

  public Devices devices() {
    return devices;
  }

  public Units units() {
    return units;
  }

  public Holds holds() {
    return holds;
  }

  public Claims claims() {
    return claims;
  }

  public Projects projects() {
    return projects;
  }

  public Aliases aliases() {
    return aliases;
  }

  /** The picture of the fleet in memory. */
  public FleetFeed fleet() {
    return fleet;
  }

  public Layouts layouts() {
    return layouts;
  }

  public Wipes wipes() {
    return wipes;
  }

  public Trail trail() {
    return trail;
  }

  public Usage usage() {
    return usage;
  }

  public Doctor doctor() {
    return doctor;
  }

  /** Removes old events; the audit stays. */
  public void forgetEventsOlderThan(Duration age) {
    trail.forgetEventsBefore(clock.instant().minus(age));
  }

  static Particulars event(LockedHost host, Instant now) {
    return Particulars.at(now, host::nextFence);
  }

  public static <T> Outcome<T> unknown(HostName name) {
    return Outcome.refused(
        Code.UNKNOWN_HOST,
        "there is no host " + name + "; enroll it, or look at the list of hosts");
  }
}
