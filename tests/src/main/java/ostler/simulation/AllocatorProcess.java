package ostler.simulation;

import java.sql.SQLException;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.store.AdmissionDesk;
import ostler.allocator.store.AliasDesk;
import ostler.allocator.store.ClaimDesk;
import ostler.allocator.store.Desk;
import ostler.allocator.store.HoldDesk;
import ostler.allocator.store.HostDesk;
import ostler.allocator.store.Policy;
import ostler.allocator.store.QuotaDesk;
import ostler.allocator.store.ReportDesk;
import ostler.allocator.store.RevisionSignal;
import ostler.allocator.store.Secrets;
import ostler.allocator.store.SliceDesk;
import ostler.allocator.store.Transactions;
import ostler.allocator.store.TreeDesk;
import ostler.allocator.store.UnitDesk;
import ostler.inventory.WipeLevel;

/** One allocator: the product's own desks over connections that go through a gate. */
final class AllocatorProcess {

  private final String name;
  private final WatchedSource source;
  private final FakeTime.WallClock clock;
  private final Desk desk;
  private final HostDesk hosts;
  private final ReportDesk reports;
  private final ClaimDesk claims;
  private final UnitDesk units;
  private final AdmissionDesk admissions;
  private final AliasDesk aliases;
  private final TreeDesk tree;
  private final QuotaDesk quotas;
  private final HoldDesk holds;
  private final SliceDesk slices;

  AllocatorProcess(
      String name, WatchedSource source, FakeTime.WallClock clock, Baton baton, Dice dice) {
    this.name = name;
    this.source = source;
    this.clock = clock;
    Supplier<UUID> ids = dice.split()::uuid;
    desk =
        new Desk(
            JdbcClient.create(source), Transactions.over(source), new RevisionSignal(), clock, ids);
    hosts = new HostDesk(desk, new Secrets(dice.secure()));
    Policy policy = new Policy(true, WipeLevel.L3);
    reports = new ReportDesk(desk, policy);
    claims = new ClaimDesk(desk, lock -> new BatonPlace(baton, lock));
    units = new UnitDesk(desk);
    admissions = new AdmissionDesk(desk);
    aliases = new AliasDesk(desk);
    tree = new TreeDesk(desk);
    quotas = new QuotaDesk(desk);
    holds = new HoldDesk(desk);
    slices = new SliceDesk(desk, policy);
  }

  FakeTime.WallClock clock() {
    return clock;
  }

  /** The same connections, for what does not go through the product. */
  JdbcClient sql() {
    return JdbcClient.create(source);
  }

  Desk desk() {
    return desk;
  }

  HostDesk hosts() {
    return hosts;
  }

  ReportDesk reports() {
    return reports;
  }

  ClaimDesk claims() {
    return claims;
  }

  UnitDesk units() {
    return units;
  }

  AdmissionDesk admissions() {
    return admissions;
  }

  AliasDesk aliases() {
    return aliases;
  }

  TreeDesk tree() {
    return tree;
  }

  HoldDesk holds() {
    return holds;
  }

  SliceDesk slices() {
    return slices;
  }

  QuotaDesk quotas() {
    return quotas;
  }

  /** Its connections end with it. */
  void die() throws SQLException {
    source.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
