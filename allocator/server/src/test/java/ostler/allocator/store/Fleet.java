package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.accounting.report.Grouping;
import ostler.accounting.report.Period;
import ostler.allocator.FakeAgent;
import ostler.allocator.Machine;
import ostler.allocator.TestClock;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.engine.UnitTime;
import ostler.allocator.engine.placement.Placement;
import ostler.allocator.engine.placement.Request;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.Wish;
import ostler.allocator.store.Usage.Question;
import ostler.flavor.Alias;
import ostler.flavor.Alias.Wishes;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.HostOrder;
import ostler.flavor.NumaPolicy;
import ostler.flavor.PciNumber;
import ostler.flavor.Topology;
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
  final HoldDesk holdDesk;
  final UnitDesk unitDesk;
  final AdmissionDesk admissionDesk;
  final AliasDesk aliasDesk;
  final TreeDesk treeDesk;
  final QuotaDesk quotaDesk;
  final SliceDesk sliceDesk;
  private final Map<HostName, FakeAgent> agents = new TreeMap<>();

  Fleet(Database.Settings settings) throws IOException {
    database = Database.open(settings);
    sql = database.client();
    desk = new Desk(sql, database.transactions(), new RevisionSignal(), clock, UUID::randomUUID);
    hostDesk = new HostDesk(desk, new Secrets(new SecureRandom()));
    reportDesk = new ReportDesk(desk, new Policy(true, WipeLevel.L3));
    claimDesk = new ClaimDesk(desk);
    holdDesk = new HoldDesk(desk);
    unitDesk = new UnitDesk(desk);
    admissionDesk = new AdmissionDesk(desk);
    aliasDesk = new AliasDesk(desk);
    treeDesk = new TreeDesk(desk);
    quotaDesk = new QuotaDesk(desk);
    sliceDesk = new SliceDesk(desk, new Policy(true, WipeLevel.L3));
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
    aliasDesk.save(new Alias(GPU, rule, WipeLevel.L3), TEST).orElseThrow();
    limit(limit);
    return this;
  }

  void limit(long limit) {
    treeDesk.apply(List.of(Wish.of(P1).limited(KEY, new Limit(limit))), TEST).orElseThrow();
  }

  /** A host with so many clean units. */
  FakeAgent withHost(String name, int gpus) {
    return withHost(Machine.withGpus(name, gpus));
  }

  FakeAgent withHost(Machine machine) {
    FakeAgent agent = new FakeAgent(machine);
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

  /** An agent that lived on while the database did not. */
  void meets(FakeAgent agent) {
    agents.put(agent.machine().name(), agent);
  }

  /** The same alias with a wish how its units lie to each other. */
  void alias(Topology topology) {
    AliasRule rule = desk.aliases.find(GPU).orElseThrow().rule();
    Wishes wishes = new Wishes(NumaPolicy.LEGACY, Optional.of(topology), HostOrder.PACK);
    aliasDesk.save(new Alias(GPU, List.of(rule), WipeLevel.L3, wishes), TEST).orElseThrow();
  }

  /** What another allocator on the same database has. */
  Desk another() {
    return new Desk(sql, database.transactions(), new RevisionSignal(), clock, UUID::randomUUID);
  }

  /** Why a host cannot give so many units, by an allocator's picture. */
  Optional<Code> judged(Desk of, String host, int count) {
    ostler.allocator.engine.placement.Fleet picture = of.fleet.fleet().orElseThrow();
    Alias alias = desk.aliases.find(GPU).orElseThrow();
    return new Placement(picture, Request.of(alias, count))
        .judge(picture.places(List.of(host)), clock.instant())
        .code(0);
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
    return quotaDesk.show(P1).orElseThrow().get(0).own();
  }

  List<Unit> units() {
    return desk.units.list(
        new Units.Filter(Optional.empty(), Optional.empty(), Optional.empty()),
        new UUID(0, 0),
        1000);
  }

  /** The only card, in a fleet that has one. */
  Unit card() {
    return units().stream().filter(unit -> unit.slice().isEmpty()).findFirst().orElseThrow();
  }

  /** The slices that are managed. */
  List<Unit> slices() {
    return units().stream()
        .filter(unit -> unit.slice().isPresent() && unit.state() != UnitState.UNMANAGED)
        .toList();
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
      assertEquals(UnitTime.goesTo(unit), desk.ledger.current(unit).occupancy().state());
    }
    long charged =
        sql.sql(
                "SELECT COALESCE(SUM(amount), 0) FROM claim_charge JOIN claim"
                    + " ON claim.id = claim_charge.claim_id WHERE resource_key = 'total'"
                    + " AND state <> 'RELEASED'")
            .query(Long.class)
            .single();
    long live =
        sql.sql("SELECT COALESCE(SUM(unit_count), 0) FROM claim WHERE state <> 'RELEASED'")
            .query(Long.class)
            .single();
    assertEquals(taken.size(), live);
    // A consumer that moves is charged once, and so is not charged for all that it holds.
    assertTrue(charged <= live, charged + " charged for " + live);
    assertTrue(charged == live || count("claim_move") > 0, charged + " charged for " + live);
    assertEquals(List.of(), desk.quotas.recount().drifts());
    // A report that does not add up to the time of whole cards, however they were cut, is refused.
    Instant dawn = Instant.parse("2025-12-31T00:00:00Z");
    Period all = new Period(dawn, dawn.plus(Duration.ofDays(1000)));
    desk.usage().answer(new Question(all, Grouping.parse("state"), List.of())).orElseThrow();
  }
}
