package ostler.allocator.store;

import java.time.Clock;
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
  final Wipes wipes;
  final Trail trail;
  final UnitSteps steps;
  final Clock clock;
  final Supplier<UUID> ids;
  private final RevisionSignal signal;

  public Desk(
      JdbcClient sql,
      Transactions transactions,
      RevisionSignal signal,
      Clock clock,
      Supplier<UUID> ids) {
    this.transactions = transactions;
    this.signal = signal;
    this.clock = clock;
    this.ids = ids;
    hosts = new Hosts(sql);
    devices = new Devices(sql);
    units = new Units(sql);
    claims = new Claims(sql);
    projects = new Projects(sql);
    aliases = new Aliases(sql);
    quotas = new Quotas(sql);
    wipes = new Wipes(sql);
    trail = new Trail(sql);
    steps = new UnitSteps(units, claims, quotas, new Ledger(sql), trail);
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

  public Claims claims() {
    return claims;
  }

  public Projects projects() {
    return projects;
  }

  public Aliases aliases() {
    return aliases;
  }

  public Wipes wipes() {
    return wipes;
  }

  public Trail trail() {
    return trail;
  }

  /** Removes old events; the audit stays. */
  public void forgetEventsBefore(Instant time) {
    transactions.write(
        () -> {
          trail.forgetEventsBefore(time);
          return Outcome.done(time);
        });
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
