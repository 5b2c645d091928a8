package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.allocator.engine.UnitState.DIRTY;
import static ostler.allocator.engine.UnitState.UNMANAGED;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.RowCallbackHandler;
import ostler.accounting.report.Conservation;
import ostler.accounting.report.DeviceTime;
import ostler.accounting.report.Grouping;
import ostler.accounting.report.Period;
import ostler.accounting.report.Traits;
import ostler.accounting.report.UsageReport;
import ostler.accounting.report.UsageReport.Row;
import ostler.accounting.report.UsageTally;
import ostler.allocator.FakeAgent;
import ostler.allocator.Machine;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Slice;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.quota.Wish;
import ostler.allocator.store.Ledger.Turn;
import ostler.allocator.store.Usage.Answer;
import ostler.allocator.store.Usage.Question;
import ostler.inventory.ClaimId;
import ostler.inventory.PciFunction;
import ostler.inventory.ProjectId;
import ostler.inventory.Share;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;

/** What every database must do for every second to be counted. */
abstract class LedgerContract {

  private static final Instant DAWN = Instant.parse("2025-12-31T00:00:00Z");
  private static final int LIVES = 6;
  private static final int STEPS = 60;

  private Fleet fleet;

  /** A new and empty database. */
  abstract Database.Settings empty() throws SQLException;

  @BeforeEach
  void open() throws IOException, SQLException {
    fleet = new Fleet(empty()).withProject(100);
  }

  @AfterEach
  void soundToTheEnd() {
    fleet.assertSound();
    fleet.close();
  }

  private Answer ask(Instant from, Instant to, String groupBy, ProjectId... within) {
    Question question =
        new Question(new Period(from, to), Grouping.parse(groupBy), List.of(within));
    return fleet.desk.usage().answer(question).orElseThrow();
  }

  /** Everything until now. */
  private Map<List<Optional<String>>, DeviceTime> until(String groupBy, ProjectId... within) {
    return rows(ask(DAWN, DAWN.plus(Duration.ofDays(1000)), groupBy, within).report());
  }

  private static Map<List<Optional<String>>, DeviceTime> rows(UsageReport report) {
    return report.rows().stream().collect(Collectors.toMap(Row::values, Row::time));
  }

  private static List<Optional<String>> key(String... values) {
    return List.of(values).stream()
        .map(value -> value.equals("-") ? Optional.<String>empty() : Optional.of(value))
        .toList();
  }

  private static long seconds(DeviceTime time) {
    return time.ticks().divide(BigInteger.valueOf(1_000_000L * Share.WHOLE)).longValueExact();
  }

  private Claim inUse(FakeAgent agent) {
    Claim claim = fleet.claim(1).orElseThrow();
    UnitId unit = fleet.desk.units.ofClaim(claim.id()).get(0).id();
    agent.held(unit, "vm-1");
    fleet.converge(agent);
    assertEquals(UnitState.IN_USE, fleet.unit(unit).state());
    return claim;
  }

  @Test
  void whatATenantHadIsToldByProjectModelAliasAndHost() {
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    Claim claim = inUse(agent);
    fleet.clock.pass(Duration.ofSeconds(40));
    fleet.report(agent);
    Map<List<Optional<String>>, DeviceTime> rows = until("project,model,alias,host,state");
    DeviceTime used = rows.get(key("p1", "1002:5046", "gpu", "gpu-1", "IN_USE"));
    assertEquals(40, seconds(used));
    agent.letGo(fleet.units().get(0).id());
    fleet.release(claim.id());
    fleet.converge(agent);
    rows = until("project,model,alias,host,state");
    assertEquals(40, seconds(rows.get(key("p1", "1002:5046", "gpu", "gpu-1", "IN_USE"))));
    assertTrue(rows.containsKey(key("-", "1002:5046", "-", "gpu-1", "CLEAN")), rows.toString());
  }

  @Test
  void timeInWhichTheHostWasSilentIsUnknownAndStillTheTenants() {
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    inUse(agent);
    fleet.clock.pass(Duration.ofSeconds(145));
    assertEquals(100, seconds(until("project,state").get(key("p1", "UNKNOWN"))), "as it goes on");
    fleet.report(agent);
    fleet.clock.pass(Duration.ofSeconds(10));
    Map<List<Optional<String>>, DeviceTime> rows = until("project,state");
    assertEquals(100, seconds(rows.get(key("p1", "UNKNOWN"))), "when it is over");
    assertEquals(55, seconds(rows.get(key("p1", "IN_USE"))));
    assertEquals(155, seconds(until("project").get(key("p1"))));
  }

  @Test
  void whatIsDoneWhileTheHostIsSilentIsUnknownToo() {
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    Claim claim = inUse(agent);
    fleet.clock.pass(Duration.ofSeconds(60));
    fleet.release(claim.id());
    fleet.clock.pass(Duration.ofSeconds(60));
    Map<List<Optional<String>>, DeviceTime> rows = until("project,state");
    assertEquals(75, seconds(rows.get(key("p1", "UNKNOWN"))));
    assertEquals(45, seconds(rows.get(key("p1", "IN_USE"))));
    assertEquals(null, rows.get(key("p1", "RELEASING")));
    agent.letGo(fleet.units().get(0).id());
    fleet.converge(agent);
    assertEquals(75, seconds(until("project,state").get(key("p1", "UNKNOWN"))));
  }

  @Test
  void aHostThatJoinsAnewAfterSilenceWasSilentAllTheSame() {
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    fleet.clock.pass(Duration.ofSeconds(100));
    String token =
        fleet.hostDesk.enroll(agent.machine().name(), Fleet.TEST).orElseThrow().joinToken();
    fleet.hostDesk.join(agent.machine().name(), agent.joinRequest(token), Fleet.TEST).orElseThrow();
    fleet.clock.pass(Duration.ofSeconds(5));
    fleet.report(agent);
    assertEquals(60, seconds(until("state").get(key("UNKNOWN"))));
  }

  @Test
  void factsBesideTheStateDecideWhoBearsIdleTimeAndNoneTakesATenantsTime() {
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    UnitId unit = fleet.units().get(0).id();
    fleet.unitDesk.quarantine(unit, Fleet.TEST).orElseThrow();
    pass(agent, 10);
    fleet.unitDesk.putBack(unit, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    inUse(agent);
    fleet.unitDesk.quarantine(unit, Fleet.TEST).orElseThrow();
    pass(agent, 20);
    PciFunction pulled = agent.machine().at(Machine.gpu(1));
    agent.machine().pull(Machine.gpu(1));
    fleet.report(agent);
    pass(agent, 30);
    agent.machine().plug(pulled);
    fleet.report(agent);
    pass(agent, 5);
    Map<List<Optional<String>>, DeviceTime> rows = until("project,state");
    assertEquals(10, seconds(rows.get(key("-", "QUARANTINED"))));
    assertEquals(25, seconds(rows.get(key("p1", "IN_USE"))));
    assertEquals(30, seconds(rows.get(key("p1", "MISSING"))));
  }

  @Test
  void aRetiredUnitIsRetiredThoughItsHostIsSilent() {
    fleet.withHost("gpu-1", 1);
    fleet.unitDesk.retire(fleet.units().get(0).id(), Fleet.TEST).orElseThrow();
    fleet.clock.pass(Duration.ofSeconds(500));
    assertEquals(500, seconds(until("state").get(key("RETIRED"))));
  }

  private void pass(FakeAgent agent, int seconds) {
    fleet.clock.pass(Duration.ofSeconds(seconds));
    fleet.report(agent);
  }

  @Test
  void aPeriodThatHasNotBegunHasNothingAndOneThatGoesOnIsCountedUntilNow() {
    fleet.withHost("gpu-1", 2);
    Instant now = fleet.clock.instant();
    Answer none = ask(now.plusSeconds(100), now.plusSeconds(200), "project");
    assertEquals(List.of(), none.report().rows());
    assertEquals(Optional.of(Conservation.NOTHING), none.conservation());
    Answer some = ask(now.minusSeconds(100), now.plusSeconds(200), "project");
    assertTrue(some.until().isBefore(now.plusSeconds(1)), some.until().toString());
    assertEquals(2, some.conservation().orElseThrow().units());
  }

  @Test
  void onlyWhatWasChargedBelowAProjectIsToldToThoseWhoMaySeeNoMore() {
    FakeAgent agent = fleet.withHost("gpu-1", 2);
    inUse(agent);
    pass(agent, 40);
    fleet
        .sql
        .sql("UPDATE usage_current SET project_path = '/org/p1/' WHERE project_id = 'p1'")
        .update();
    ProjectId org = new ProjectId("org");
    assertEquals(40, seconds(until("state", org).get(key("IN_USE"))));
    assertEquals(40, seconds(until("state", org, Fleet.P1).get(key("IN_USE"))));
    assertEquals(Map.of(), until("state", new ProjectId("or")));
    assertEquals(Map.of(), until("state", org, new ProjectId("p2")));
    Answer answer = ask(DAWN, DAWN.plus(Duration.ofDays(1000)), "project", org);
    assertEquals(Optional.empty(), answer.conservation());
  }

  @Test
  void aProjectThatIsMovedTakesItsTimeWithItFromThenOn() {
    FakeAgent agent = fleet.withHost("gpu-1", 2);
    inUse(agent);
    pass(agent, 40);
    ProjectId org = new ProjectId("org");
    fleet.treeDesk.apply(List.of(Wish.of(org)), Fleet.TEST).orElseThrow();
    fleet.treeDesk.apply(List.of(Wish.of(Fleet.P1).under(org)), Fleet.TEST).orElseThrow();
    pass(agent, 20);
    assertEquals(60, seconds(until("project,state").get(key("p1", "IN_USE"))));
    assertEquals(60, seconds(until("state", Fleet.P1).get(key("IN_USE"))));
    assertEquals(20, seconds(until("state", org).get(key("IN_USE"))));
  }

  @Test
  void aReportOfTooManyGroupsIsRefusedAndALesserOneIsNot() {
    int hosts = Usage.MAX_GROUPS / 740 + 1;
    for (int i = 0; i < hosts; i++) {
      fleet.withHost("gpu-" + i, 1);
    }
    Instant from = Instant.parse("2026-01-02T00:00:00Z");
    fleet.clock.pass(Duration.ofDays(40));
    Period month = new Period(from, from.plus(Duration.ofHours(740)));
    Question byHour = new Question(month, Grouping.parse("host,hour"), List.of());
    assertEquals(Code.TOO_MANY_GROUPS, Fleet.refusal(fleet.desk.usage().answer(byHour)));
    Question byDay = new Question(month, Grouping.parse("host,day"), List.of());
    assertEquals(hosts * 31, fleet.desk.usage().answer(byDay).orElseThrow().report().rows().size());
  }

  @Test
  void memoryIsWrittenDownOnceItIsKnown() {
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    fleet.sql.sql("UPDATE unit SET memory_mib = 81920").update();
    inUse(agent);
    assertEquals(
        Optional.of(81_920L),
        fleet.desk.ledger.current(fleet.units().get(0)).subject().memoryMib());
    assertEquals(
        1,
        fleet
            .sql
            .sql("SELECT COUNT(*) FROM usage_segment WHERE memory_mib = 81920")
            .query(Long.class)
            .single(),
        "while it was prepared");
  }

  @Test
  void aLedgerThatDoesNotAddUpIsNotReported() throws IOException, SQLException {
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    inUse(agent);
    Question question =
        new Question(
            new Period(DAWN, DAWN.plus(Duration.ofDays(1000))),
            Grouping.parse("project"),
            List.of());
    fleet.desk.usage().answer(question).orElseThrow();
    fleet
        .sql
        .sql(
            "DELETE FROM usage_segment WHERE started_at ="
                + " (SELECT MAX(started_at) FROM usage_segment)")
        .update();
    assertEquals(Code.LEDGER_BROKEN, Fleet.refusal(fleet.desk.usage().answer(question)));
    // What was broken on purpose is not judged at the end.
    fleet.close();
    open();
  }

  @Test
  void whatAFirstReleaseWritesBesideUsIsCountedAndMendedAtTheNextChange() {
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    Claim claim = inUse(agent);
    for (String table : List.of("usage_current", "usage_segment")) {
      fleet
          .sql
          .sql(
              "UPDATE "
                  + table
                  + " SET host = NULL, model = NULL, weight = NULL, project_path = NULL")
          .update();
    }
    pass(agent, 40);
    assertEquals(40, seconds(until("state", Fleet.P1).get(key("IN_USE"))));
    fleet.release(claim.id());
    Map<List<Optional<String>>, DeviceTime> rows = until("model,host,state");
    assertEquals(40, seconds(rows.get(key("1002:5046", "gpu-1", "IN_USE"))));
    assertTrue(rows.containsKey(key("-", "-", "CLEANING")), rows.toString());
  }

  /** The statements of the change set itself, over rows that lack what it adds. */
  @Test
  void whatAFirstReleaseLeftBehindIsFilledInWhenTheSchemaIsMigrated() throws IOException {
    FakeAgent agent = fleet.withHost("gpu-1", 2);
    fleet.release(inUse(agent).id());
    agent.letGo(fleet.units().get(0).id());
    agent.letGo(fleet.units().get(1).id());
    fleet.converge(agent);
    inUse(agent);
    List<List<String>> before = ledgerRows();
    fleet
        .sql
        .sql(
            "UPDATE usage_current SET began_at = NULL, host = NULL, model = NULL, weight = NULL,"
                + " project_path = NULL")
        .update();
    fleet
        .sql
        .sql(
            "UPDATE usage_segment SET host = NULL, model = NULL, weight = NULL,"
                + " project_path = NULL")
        .update();
    assertNotEquals(before, ledgerRows());
    try (InputStream in = Database.class.getResourceAsStream("/ostler/allocator/schema.sql")) {
      Pattern.compile("^UPDATE usage_.*?;", Pattern.MULTILINE | Pattern.DOTALL)
          .matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .results()
          .forEach(statement -> fleet.sql.sql(statement.group()).update());
    }
    assertEquals(before, ledgerRows());
  }

  private List<List<String>> ledgerRows() {
    List<List<String>> rows = new ArrayList<>();
    for (String query :
        List.of(
            "SELECT began_at, host, model, weight, project_path FROM usage_current"
                + " ORDER BY unit_id",
            "SELECT started_at, host, model, weight, project_path FROM usage_segment"
                + " ORDER BY unit_id, started_at")) {
      rows.addAll(
          fleet
              .sql
              .sql(query)
              .query((rs, n) -> IntStream.rangeClosed(1, 5).mapToObj(i -> text(rs, i)).toList())
              .list());
    }
    return rows;
  }

  private static String text(ResultSet rs, int column) {
    try {
      return String.valueOf(rs.getString(column));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void reportsOfRandomLivesAddUpHoweverTheyAreCut() {
    live(false);
  }

  @Test
  void reportsOfRandomLivesAddUpThoughTheClockIsSetBack() {
    live(true);
  }

  private void live(boolean withJumps) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<FakeAgent> agents =
        new ArrayList<>(List.of(fleet.withHost("gpu-1", 2), fleet.withHost("gpu-2", 2)));
    Life life = new Life(agents, withJumps);
    for (int round = 0; round < LIVES; round++) {
      String where = "seed " + seed + " round " + round;
      for (int step = 0; step < STEPS; step++) {
        life.step(random);
      }
      Instant end = fleet.clock.instant().plusSeconds(3600);
      List<Instant> cuts = new ArrayList<>(List.of(cut(random, end), cut(random, end)));
      cuts.add(cuts.get(1).plusNanos(1000));
      cuts.sort(null);
      for (String groupBy :
          List.of(
              "project,model", "host,state,hour", "alias,day", "kind,slice_type,day", "month")) {
        assertAsInCore(cuts, groupBy, where);
        assertAdditive(cuts, groupBy, where);
      }
      if (!withJumps) {
        assertEquals(heldByEvents(), heldByTenants(), where);
      }
    }
    assertTrue(life.silences > 0 && life.pulls > 0 && life.jumps > 0 == withJumps, "seed " + seed);
  }

  /** Each question's answer is refused where it does not add up to two whole devices. */
  @Test
  void cardsAndTheirSlicesAddUpToWholeDevicesHoweverTheyAreCut() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    fleet.withHost("gpu-1", 2);
    List<Unit> cards = fleet.units();
    List<Unit> slices = new ArrayList<>();
    for (Unit card : cards) {
      for (int weight : new int[] {2520, 1260, 630, 19}) {
        slices.add(slice(card, weight));
      }
    }
    for (int step = 0; step < 4 * STEPS; step++) {
      fleet.clock.pass(Duration.ofNanos(1000L * (random.nextInt(90_000_000) - 9_000_000)));
      List<Turn> turns = new ArrayList<>();
      for (int i = 0; i < slices.size(); i++) {
        if (random.nextInt(4) == 0) {
          slices.set(i, in(random.nextBoolean() ? DIRTY : UNMANAGED, slices.get(i)));
          turns.add(new Turn(slices.get(i), Optional.empty(), fleet.clock.instant()));
        }
      }
      if (random.nextBoolean()) {
        turns.add(new Turn(oneOf(random, cards), Optional.empty(), fleet.clock.instant()));
      }
      become(turns);
      Instant end = fleet.clock.instant().plusSeconds(3600);
      Instant from = cut(random, end);
      ask(from, from.plus(Duration.ofNanos(1000)), "state");
      ask(from, end, "host,state,hour");
      assertAsInCore(List.of(from, from, end), "kind,slice_type,day", "seed " + seed);
      for (Unit card : cards) {
        int cutOff =
            slices.stream()
                .filter(
                    slice ->
                        slice.state() == DIRTY
                            && slice.slice().orElseThrow().parent().equals(card.id()))
                .mapToInt(slice -> fleet.desk.ledger.current(slice).subject().weight())
                .sum();
        assertEquals(
            Share.WHOLE - cutOff,
            fleet.desk.ledger.current(card).subject().weight(),
            "seed " + seed);
      }
    }
    slices.replaceAll(slice -> in(UNMANAGED, slice));
    become(
        slices.stream()
            .map(slice -> new Turn(slice, Optional.empty(), fleet.clock.instant()))
            .toList());
  }

  private Unit slice(Unit card, int weight) {
    Unit slice =
        Unit.unmade(
            new UnitId(UUID.randomUUID()),
            card.host(),
            card.model(),
            new Slice(
                UnitKind.MDEV,
                card.id(),
                Optional.of(new SliceTypeName("LAB GPU-" + weight)),
                weight,
                OptionalLong.empty()),
            fleet.clock.instant());
    fleet.desk.transactions.write(
        () -> {
          fleet.desk.steps.begin(slice);
          return Outcome.done(slice);
        });
    return slice;
  }

  /** Whatever the unit's life says; the ledger counts what it is told. */
  private static Unit in(UnitState state, Unit slice) {
    return new Unit(
        slice.id(),
        slice.host(),
        slice.model(),
        slice.slice(),
        slice.cut(),
        state,
        slice.since(),
        slice.generation(),
        slice.fence(),
        slice.standing(),
        slice.cleaning(),
        slice.claim(),
        slice.lastClaim(),
        slice.cause(),
        slice.observed());
  }

  private void become(List<Turn> turns) {
    fleet.desk.transactions.write(
        () -> {
          fleet.desk.ledger.become(turns);
          return Outcome.done(turns);
        });
  }

  private static <T> T oneOf(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static Instant cut(Random random, Instant end) {
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    long micros = Duration.between(start, end).toNanos() / 1000;
    return start.plusNanos(1000 * random.nextLong(micros));
  }

  /** The database's sums are those of the pure core over every row by itself. */
  private void assertAsInCore(List<Instant> cuts, String groupBy, String where) {
    Answer answer = ask(cuts.get(0), cuts.get(2), groupBy);
    if (!cuts.get(0).isBefore(answer.until())) {
      return;
    }
    UsageTally tally =
        new UsageTally(new Period(cuts.get(0), answer.until()), Grouping.parse(groupBy));
    fleet
        .sql
        .sql(
            "SELECT usage_segment.*, unit.kind, unit.slice_type FROM usage_segment"
                + " JOIN unit ON unit.id = usage_segment.unit_id")
        .query((RowCallbackHandler) rs -> addTo(tally, rs));
    fleet
        .sql
        .sql(
            "SELECT usage_current.*, unit.kind, unit.slice_type, host.last_seen FROM usage_current"
                + " JOIN unit ON unit.id = usage_current.unit_id JOIN host ON host.name ="
                + " usage_current.host")
        .query((RowCallbackHandler) rs -> addOpenTo(tally, rs, answer.until()));
    assertEquals(tally.report(), answer.report(), where + " by " + groupBy);
  }

  private static void addTo(UsageTally tally, ResultSet rs) throws SQLException {
    Columns row = new Columns(rs);
    tally.add(
        traits(row, row.text("state")), row.time("started_at"), row.time("ended_at"), weight(row));
  }

  private static void addOpenTo(UsageTally tally, ResultSet rs, Instant until) throws SQLException {
    Columns row = new Columns(rs);
    Instant started = row.time("started_at");
    Instant silent = row.time("last_seen").plusSeconds(45);
    Instant known = silent.isBefore(started) ? started : silent;
    boolean always = List.of("MISSING", "RETIRED", "UNMANAGED").contains(row.text("state"));
    if (always || !known.isBefore(until)) {
      tally.add(traits(row, row.text("state")), started, until, weight(row));
      return;
    }
    tally.add(traits(row, row.text("state")), started, known, weight(row));
    tally.add(traits(row, "UNKNOWN"), known, until, weight(row));
  }

  private static int weight(Columns row) throws SQLException {
    return (int) row.number("weight");
  }

  private static Traits traits(Columns row, String state) throws SQLException {
    return new Traits(
        row.text("project_id", text -> text),
        row.text("model", text -> text),
        row.text("alias", text -> text),
        row.text("host", text -> text),
        row.text("kind", text -> text),
        row.text("slice_type", text -> text),
        state);
  }

  private void assertAdditive(List<Instant> cuts, String groupBy, String where) {
    Map<Object, DeviceTime> parts = new HashMap<>();
    Map<Object, DeviceTime> whole = new HashMap<>();
    if (!cuts.get(0).isBefore(cuts.get(1)) || !cuts.get(1).isBefore(cuts.get(2))) {
      return;
    }
    // What goes on grows between two questions, so only what is over is compared.
    Instant last = fleet.clock.instant();
    if (last.isBefore(cuts.get(2))) {
      return;
    }
    for (int i = 0; i < 2; i++) {
      ask(cuts.get(i), cuts.get(i + 1), groupBy)
          .report()
          .rows()
          .forEach(
              row ->
                  parts.merge(List.of(row.bucket(), row.values()), row.time(), DeviceTime::plus));
    }
    ask(cuts.get(0), cuts.get(2), groupBy)
        .report()
        .rows()
        .forEach(row -> whole.put(List.of(row.bucket(), row.values()), row.time()));
    assertEquals(whole, parts, where + " by " + groupBy);
  }

  private DeviceTime heldByTenants() {
    Instant end = fleet.clock.instant();
    fleet.clock.pass(Duration.ofNanos(1000));
    return ask(DAWN, end, "project").report().rows().stream()
        .filter(row -> row.values().get(0).isPresent())
        .map(Row::time)
        .reduce(DeviceTime.ZERO, DeviceTime::plus);
  }

  /**
   * The same from the stream of events, which is written apart from the ledger. It does not know of
   * facts beside the states, and so not of where the time was when the clock was set back.
   */
  private DeviceTime heldByEvents() {
    Map<String, Instant> taken = new HashMap<>();
    List<Duration> held = new ArrayList<>();
    for (Trail.Event event : fleet.desk.trail.eventsAfter(0, 1_000_000)) {
      if (!event.kind().equals("unit")) {
        continue;
      }
      if (event.detail().contains("-> PREPARING")) {
        taken.put(event.object(), event.at());
      } else if (event.detail().startsWith("RELEASING -> DIRTY")) {
        held.add(Duration.between(taken.remove(event.object()), event.at()));
      }
    }
    Instant end = fleet.clock.instant();
    fleet.clock.pass(Duration.ofNanos(-1000));
    taken.values().forEach(at -> held.add(Duration.between(at, end)));
    return held.stream()
        .map(time -> DeviceTime.of(time, Share.WHOLE))
        .reduce(DeviceTime.ZERO, DeviceTime::plus);
  }

  /** What may happen to a fleet, in any order. */
  private final class Life {

    private final List<FakeAgent> agents;
    private final List<ClaimId> claims = new ArrayList<>();
    private final Map<FakeAgent, PciFunction> pulled = new HashMap<>();
    private final boolean withJumps;
    private int silences;
    private int pulls;
    private int jumps;

    Life(List<FakeAgent> agents, boolean withJumps) {
      this.agents = agents;
      this.withJumps = withJumps;
    }

    void step(Random random) {
      FakeAgent agent = agents.get(random.nextInt(agents.size()));
      List<Unit> units = fleet.units();
      Unit unit = units.get(random.nextInt(units.size()));
      switch (random.nextInt(12)) {
        case 0, 1 -> claim();
        case 2 -> release(random);
        case 3 -> agent.held(unit.id(), "vm-1");
        case 4 -> agent.letGo(unit.id());
        case 5 -> rarely(random, () -> fleet.unitDesk.quarantine(unit.id(), Fleet.TEST));
        case 6 -> fleet.unitDesk.putBack(unit.id(), Fleet.TEST);
        case 7 -> rarely(random, () -> fleet.unitDesk.retire(unit.id(), Fleet.TEST));
        case 8 -> pullOrPlug(agent);
        case 9 -> {
          agent.reboot();
          settle(agent);
        }
        case 10 -> {
          if (withJumps) {
            fleet.clock.pass(Duration.ofMillis(-random.nextInt(40_000)));
            jumps++;
          }
        }
        default -> fallSilent(random);
      }
      fleet.clock.pass(Duration.ofMillis(random.nextInt(20_000)));
      if (random.nextInt(3) > 0) {
        agents.forEach(each -> settle(each));
      }
    }

    private void settle(FakeAgent agent) {
      fleet.takesUpAndReports(agent);
      fleet.takesUpAndReports(agent);
    }

    private void rarely(Random random, Runnable work) {
      if (random.nextInt(3) == 0) {
        work.run();
      }
    }

    private void claim() {
      Outcome<Claim> outcome = fleet.claim(1);
      if (outcome instanceof Outcome.Done<Claim> done) {
        claims.add(done.value().id());
      }
    }

    private void release(Random random) {
      if (!claims.isEmpty()) {
        fleet.claimDesk.release(claims.remove(random.nextInt(claims.size())), Fleet.TEST);
      }
    }

    private void pullOrPlug(FakeAgent agent) {
      PciFunction back = pulled.remove(agent);
      if (back == null) {
        pulled.put(agent, agent.machine().at(Machine.gpu(1)));
        agent.machine().pull(Machine.gpu(1));
        pulls++;
      } else {
        agent.machine().plug(back);
      }
    }

    private void fallSilent(Random random) {
      fleet.clock.pass(Duration.ofSeconds(random.nextInt(5_000)));
      silences++;
    }
  }
}
