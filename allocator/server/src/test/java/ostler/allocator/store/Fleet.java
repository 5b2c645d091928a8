package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.FakeAgent;
import ostler.allocator.Machine;
import ostler.allocator.TestClock;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Unit;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.store.Projects.Project;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.PciNumber;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.DesiredState;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.ReportAnswer;
import ostler.inventory.UnitId;
import ostler.inventory.WipeLevel;

/** A real database with hosts, units and a project in it, and what is needed to work on them. */
final class Fleet implements AutoCloseable {

  static final Origin TEST = new Origin("test", "request-1", "a test");
  static final AliasName GPU = new AliasName("gpu");
  static final ResourceKey KEY = ResourceKey.of(GPU);
  static final ProjectId P1 = new ProjectId("p1");
  static final Consumer VM = new Consumer("libvirt", "domain", "vm-1");

  final TestClock clock = new TestClock();
  final Database database;
  final JdbcClient sql;
  final Desk desk;
  final HostDesk hostDesk;
  final ReportDesk reportDesk;
  final ClaimDesk claimDesk;
  final UnitDesk unitDesk;
  final AdmissionDesk admissionDesk;
  final CatalogDesk catalogDesk;
  private final Map<HostName, FakeAgent> agents = new TreeMap<>();

  Fleet(Database.Settings settings) throws IOException {
    database = Database.open(settings);
    sql = database.client();
    desk = new Desk(sql, database.transactions(), new RevisionSignal(), clock, UUID::randomUUID);
    hostDesk = new HostDesk(desk, new Secrets(new SecureRandom()));
    reportDesk = new ReportDesk(desk, new Policy(true, WipeLevel.L3));
    claimDesk = new ClaimDesk(desk);
    unitDesk = new UnitDesk(desk);
    admissionDesk = new AdmissionDesk(desk);
    catalogDesk = new CatalogDesk(desk);
  }

  @Override
  public void close() {
    database.close();
  }

  /** An alias for the machines' GPUs, and a project that may have so many. */
  Fleet withProject(long limit) {
    AliasRule rule =
        new AliasRule(
            Optional.of(PciNumber.parse("1002")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    catalogDesk.save(new Alias(GPU, rule, WipeLevel.L3), TEST).orElseThrow();
    catalogDesk.save(new Project(P1, "one"), TEST).orElseThrow();
    limit(limit);
    return this;
  }

  void limit(long limit) {
    catalogDesk.setLimits(P1, new TreeMap<>(Map.of(KEY, Optional.of(limit))), TEST).orElseThrow();
  }

  /** A host with so many clean units. */
  FakeAgent withHost(String name, int gpus) {
    FakeAgent agent = new FakeAgent(Machine.withGpus(name, gpus));
    HostName host = agent.machine().name();
    String token = hostDesk.enroll(host, TEST).orElseThrow().joinToken();
    hostDesk.join(host, agent.joinRequest(token), TEST).orElseThrow();
    agents.put(host, agent);
    report(agent);
    admissionDesk
        .byRule(
            Optional.of(host),
            new AliasRule(
                Optional.of(PciNumber.parse("1002")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            false,
            TEST)
        .orElseThrow();
    converge(agent);
    return agent;
  }

  ReportAnswer report(FakeAgent agent) {
    ReportAnswer answer = tryReport(agent).orElseThrow();
    agent.hear(answer);
    return answer;
  }

  Outcome<ReportAnswer> tryReport(FakeAgent agent) {
    return reportDesk.take(
        agent.machine().name(),
        new ReportDesk.Delivery(agent.document(), List.of(), Optional.empty()),
        TEST);
  }

  void converge(FakeAgent agent) {
    for (int round = 0; round < 20; round++) {
      if (takesUpAndReports(agent)) {
        return;
      }
    }
    throw new AssertionError("the allocator and the agent go round in circles");
  }

  /** Whether the agent then has done all there is. */
  boolean takesUpAndReports(FakeAgent agent) {
    DesiredState desired = hostDesk.desired(agent.machine().name()).orElseThrow();
    agent.takeUp(desired);
    return report(agent).revision() == desired.revision();
  }

  void convergeAll() {
    agents.values().forEach(this::converge);
  }

  static ClaimRequest request(int count) {
    return request(new ClaimId(UUID.randomUUID()), count);
  }

  static ClaimRequest request(ClaimId id, int count) {
    return new ClaimRequest(id, P1, GPU, count, Optional.empty(), VM);
  }

  Outcome<Claim> claim(int count) {
    return claimDesk.claim(request(count), TEST);
  }

  Claim release(ClaimId id) {
    return claimDesk.release(id, TEST).orElseThrow();
  }

  Quota quota() {
    return catalogDesk.limits(P1).orElseThrow().get(0);
  }

  List<Unit> units() {
    return desk.units.list(
        new Units.Filter(Optional.empty(), Optional.empty(), Optional.empty()),
        new UUID(0, 0),
        1000);
  }

  Unit unit(UnitId id) {
    return desk.units.find(id).orElseThrow();
  }

  long count(String table) {
    return sql.sql("SELECT COUNT(*) FROM " + table).query(Long.class).single();
  }

  static Code refusal(Outcome<?> outcome) {
    return assertInstanceOf(Outcome.Refused.class, outcome).refusal().code();
  }

  /** What must hold at any time, whatever was done: counters, rows and states agree. */
  void assertSound() {
    List<UnitId> taken = new ArrayList<>();
    for (Unit unit : units()) {
      unit.claim()
          .ifPresent(
              id -> {
                taken.add(unit.id());
                assertEquals(
                    List.of(unit.id()),
                    desk.units.ofClaim(id).stream()
                        .map(Unit::id)
                        .filter(unit.id()::equals)
                        .toList());
              });
      assertEquals(unit.state().name(), new Ledger(sql).current(unit.id()).occupancy().state());
    }
    long charged =
        sql.sql("SELECT COALESCE(SUM(amount), 0) FROM claim_charge").query(Long.class).single();
    long used =
        sql.sql("SELECT COALESCE(SUM(used_count), 0) FROM quota").query(Long.class).single();
    long live =
        sql.sql("SELECT COALESCE(SUM(unit_count), 0) FROM claim WHERE state <> 'RELEASED'")
            .query(Long.class)
            .single();
    assertEquals(taken.size(), charged);
    assertEquals(charged, used);
    assertEquals(charged, live);
  }
}
