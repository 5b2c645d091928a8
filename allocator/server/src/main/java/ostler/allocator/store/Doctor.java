package ostler.allocator.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Ailment;
import ostler.allocator.engine.Checkup;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Finding;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.engine.UnitTime;
import ostler.allocator.quota.Drift;
import ostler.inventory.ChainHash;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.Share;
import ostler.inventory.UnitId;

/** Compares what the database holds, what is claimed, and what hosts say. It changes nothing. */
public final class Doctor {

  /** How many findings of one kind are told one by one. */
  public static final int MAX_FINDINGS = 100;

  /** How far back each interval of the ledger is looked at. */
  public static final Duration LEDGER_REACH = Duration.ofDays(62);

  /** Overdue holds are ended every few seconds, by whichever allocator comes first. */
  private static final Duration HOLDS_END_WITHIN = Duration.ofMinutes(2);

  private static final Pattern CHANGE_SET =
      Pattern.compile("^--changeset ostler:(\\S+)", Pattern.MULTILINE);

  private static final int MAX_HOSTS = 100_000;

  private static final String VERIFY_WIPES = "recompute the chain: ostler wipe verify --unit ";
  private static final String RESTORE =
      "compare with a backup before anything is claimed or released; the ledger is never edited";

  private final JdbcClient sql;
  private final Transactions transactions;
  private final Clock clock;
  private final Hosts hosts;
  private final Units units;
  private final Quotas quotas;

  Doctor(
      JdbcClient sql,
      Transactions transactions,
      Clock clock,
      Hosts hosts,
      Units units,
      Quotas quotas) {
    this.sql = sql;
    this.transactions = transactions;
    this.clock = clock;
    this.hosts = hosts;
    this.units = units;
    this.quotas = quotas;
  }

  /**
   * What was found.
   *
   * @param claims that are not over
   * @param counters of limits that were recounted
   * @param untold how many findings more there are than are told, or more
   */
  public record Diagnosis(
      Instant at,
      int hosts,
      int units,
      int claims,
      int counters,
      List<Finding> findings,
      int untold) {
    public Diagnosis {
      findings = List.copyOf(findings);
    }
  }

  /** Looks at everything, as it is at one instant. */
  public Diagnosis examine() {
    return transactions.snapshot(() -> new Round(clock.instant()).examine());
  }

  private static int worstFirst(Finding one, Finding other) {
    int order = other.ailment().severity().compareTo(one.ailment().severity());
    if (order == 0) {
      order = one.ailment().compareTo(other.ailment());
    }
    return order == 0 ? one.about().compareTo(other.about()) : order;
  }

  /** One look at everything. */
  private final class Round {

    private final Instant now;
    private final Map<Ailment, List<Finding>> found = new HashMap<>();
    private int untold;
    private int hostCount;
    private int unitCount;

    Round(Instant now) {
      this.now = now;
    }

    Diagnosis examine() {
      compareSchema();
      Quotas.Recount recount = quotas.recount();
      recount.drifts().forEach(drift -> add(drifted(drift)));
      int claims = compareClaims();
      compareHosts();
      compareSegments();
      compareChains();
      compareSlices();
      return new Diagnosis(
          now,
          hostCount,
          unitCount,
          claims,
          recount.counters(),
          found.values().stream().flatMap(List::stream).sorted(Doctor::worstFirst).toList(),
          untold);
    }

    private void add(Finding finding) {
      List<Finding> alike = found.computeIfAbsent(finding.ailment(), kind -> new ArrayList<>());
      if (alike.size() < MAX_FINDINGS) {
        alike.add(finding);
      } else {
        untold++;
      }
    }

    /** Asks for rows that should not be there, and says of each what it is. */
    private void none(String query, Map<String, Object> params, RowMapper<Finding> meaning) {
      sql.sql(query + " LIMIT " + (MAX_FINDINGS + 1))
          .params(params)
          .query(meaning)
          .list()
          .forEach(this::add);
    }

    private void compareSchema() {
      Set<String> ran =
          new TreeSet<>(sql.sql("SELECT id FROM databasechangelog").query(String.class).list());
      Set<String> known = changeSets();
      Set<String> missing = new TreeSet<>(known);
      missing.removeAll(ran);
      ran.removeAll(known);
      if (!missing.isEmpty()) {
        add(
            new Finding(
                Ailment.SCHEMA_BEHIND,
                "database",
                "it lacks what this release needs: " + String.join(", ", missing),
                "make a backup, then migrate it: ostler db migrate"));
      }
      if (!ran.isEmpty()) {
        add(
            new Finding(
                Ailment.SCHEMA_AHEAD,
                "database",
                "a newer release migrated it: " + String.join(", ", ran),
                "start the newer release here too; this one may run beside it until then"));
      }
    }

    private int compareClaims() {
      none(
          "SELECT unit.id, unit.claim_id FROM unit LEFT JOIN claim ON claim.id = unit.claim_id"
              + " LEFT JOIN claim_unit ON claim_unit.claim_id = unit.claim_id"
              + " AND claim_unit.unit_id = unit.id"
              + " WHERE unit.claim_id IS NOT NULL AND (claim.id IS NULL"
              + " OR claim.state = 'RELEASED' OR claim_unit.unit_id IS NULL)",
          Map.of(),
          (row, n) ->
              new Finding(
                  Ailment.UNIT_WITHOUT_CLAIM,
                  unit(row, "id"),
                  "it is taken for claim "
                      + row.getString("claim_id")
                      + ", which is over, is not there, or does not have it",
                  "keep it from everybody and look at the audit: ostler unit quarantine "
                      + row.getString("id")));
      Map<UUID, List<UnitState>> states = new HashMap<>();
      Map<UUID, ClaimState> claims = new HashMap<>();
      sql.sql(
              "SELECT claim.id, claim.state, unit.state AS unit_state FROM claim"
                  + " LEFT JOIN unit ON unit.claim_id = claim.id WHERE claim.state <> 'RELEASED'")
          .query(
              rs -> {
                UUID id = rs.getObject("id", UUID.class);
                claims.put(id, ClaimState.valueOf(rs.getString("state")));
                List<UnitState> of = states.computeIfAbsent(id, claim -> new ArrayList<>());
                Optional.ofNullable(rs.getString("unit_state"))
                    .map(UnitState::valueOf)
                    .ifPresent(of::add);
              });
      claims.forEach((id, state) -> judge(id, state, states.get(id)));
      none(
          "SELECT id, project_id, expires_at FROM hold WHERE state = 'HELD' AND expires_at < :late",
          Map.of("late", Columns.time(now.minus(HOLDS_END_WITHIN))),
          (row, n) ->
              new Finding(
                  Ailment.HOLD_OVERDUE,
                  "hold " + row.getString("id"),
                  "it ended at "
                      + new Columns(row).time("expires_at")
                      + " and is still charged to project "
                      + row.getString("project_id"),
                  "look at the allocators' logs: each of them ends overdue holds"));
      return claims.size();
    }

    private void judge(UUID id, ClaimState state, List<UnitState> units) {
      if (units.isEmpty()) {
        add(
            new Finding(
                Ailment.CLAIM_WITHOUT_UNIT,
                "claim " + id,
                "it is " + state + " and charged, and has no unit",
                "end it: ostler claim release " + id));
      } else if (ClaimState.of(units) != state) {
        add(
            new Finding(
                Ailment.CLAIM_STATE_WRONG,
                "claim " + id,
                "it is " + state + ", and its units are " + units,
                "its units' next reports mend it; if they do not, look at its host"));
      }
    }

    private void compareHosts() {
      Map<UnitId, Consumer> consumers = new HashMap<>();
      sql.sql(
              "SELECT unit.id, claim.consumer_source, claim.consumer_type, claim.consumer_id"
                  + " FROM unit JOIN claim ON claim.id = unit.claim_id")
          .query(
              rs -> {
                consumers.put(
                    new UnitId(rs.getObject(1, UUID.class)),
                    new Consumer(rs.getString(2), rs.getString(3), rs.getString(4)));
              });
      Map<UnitId, Line> lines = new HashMap<>();
      sql.sql("SELECT unit_id, state, claim_id FROM usage_current")
          .query(
              rs -> {
                Columns row = new Columns(rs);
                lines.put(
                    new UnitId(row.uuid("unit_id")),
                    new Line(row.text("state"), row.uuid("claim_id", ClaimId::new)));
              });
      for (Host host : hosts.after("", MAX_HOSTS)) {
        List<Unit> of = units.ofHost(host.name());
        hostCount++;
        unitCount += of.size();
        Checkup.of(host, of, now).forEach(this::add);
        for (Unit unit : of) {
          Checkup.of(unit, Optional.ofNullable(consumers.get(unit.id()))).forEach(this::add);
          compareLine(unit, Optional.ofNullable(lines.get(unit.id())));
        }
      }
    }

    private void compareLine(Unit unit, Optional<Line> line) {
      String state = UnitTime.goesTo(unit).name();
      if (line.isEmpty()) {
        add(
            new Finding(
                Ailment.LEDGER_MISSING,
                "unit " + unit.id(),
                "it is " + state + ", and nobody counts its time",
                RESTORE));
      } else if (!line.get().equals(new Line(state, unit.claim()))) {
        add(
            new Finding(
                Ailment.LEDGER_STATE_WRONG,
                "unit " + unit.id(),
                "its time goes to " + line.get() + ", and it is " + new Line(state, unit.claim()),
                "its next change of state mends it; what was counted wrongly stays in the ledger"));
      }
    }

    private void compareSegments() {
      none(
          "SELECT unit_id, ended_at, next_start FROM (SELECT unit_id, ended_at,"
              + " LEAD(started_at) OVER (PARTITION BY unit_id ORDER BY started_at) AS next_start"
              + " FROM usage_segment WHERE ended_at > :since) line"
              + " WHERE next_start IS NOT NULL AND next_start <> ended_at",
          Map.of("since", Columns.time(now.minus(LEDGER_REACH))),
          (row, n) -> broken(row, "ended_at", "next_start"));
      none(
          "SELECT line.unit_id, last.ended_at, line.started_at AS next_start"
              + " FROM usage_current line"
              + " JOIN usage_segment last ON last.unit_id = line.unit_id AND last.started_at ="
              + " (SELECT MAX(newest.started_at) FROM usage_segment newest"
              + " WHERE newest.unit_id = line.unit_id)"
              + " WHERE last.ended_at <> line.started_at",
          Map.of(),
          (row, n) -> broken(row, "ended_at", "next_start"));
      none(
          "SELECT line.unit_id, line.began_at, COALESCE((SELECT MIN(first.started_at)"
              + " FROM usage_segment first WHERE first.unit_id = line.unit_id), line.started_at)"
              + " AS first_start FROM usage_current line WHERE line.began_at <>"
              + " COALESCE((SELECT MIN(first.started_at) FROM usage_segment first"
              + " WHERE first.unit_id = line.unit_id), line.started_at)",
          Map.of(),
          (row, n) -> broken(row, "began_at", "first_start"));
      none(
          "SELECT unit_id, weighs FROM (SELECT line.unit_id, COALESCE(line.weight, :whole)"
              + " + COALESCE((SELECT SUM(part.weight) FROM usage_current part JOIN unit slice"
              + " ON slice.id = part.unit_id WHERE slice.parent_id = line.unit_id), 0) AS weighs"
              + " FROM usage_current line JOIN unit ON unit.id = line.unit_id"
              + " WHERE unit.parent_id IS NULL) card WHERE weighs <> :whole",
          Map.of("whole", Share.WHOLE),
          (row, n) ->
              new Finding(
                  Ailment.LEDGER_BROKEN,
                  unit(row, "unit_id"),
                  "it and its slices are counted as "
                      + row.getLong("weighs")
                      + " parts of a device together, and a device has "
                      + Share.WHOLE,
                  RESTORE));
    }

    private Finding broken(ResultSet rs, String end, String start) throws SQLException {
      Columns row = new Columns(rs);
      Instant ended = row.time(end);
      Instant next = row.time(start);
      return new Finding(
          Ailment.LEDGER_BROKEN,
          unit(rs, "unit_id"),
          ended.isBefore(next)
              ? "nothing says what its time went to from " + ended + " to " + next
              : "its time from " + next + " to " + ended + " is counted twice",
          RESTORE);
    }

    private void compareSlices() {
      none(
          "SELECT unit.id, parent.id AS parent, parent.state FROM unit"
              + " JOIN unit parent ON parent.id = unit.parent_id"
              + " WHERE unit.state <> 'UNMANAGED' AND parent.state <> 'SLICED'",
          Map.of(),
          (row, n) ->
              new Finding(
                  Ailment.SLICE_WITHOUT_PARENT,
                  unit(row, "id"),
                  "it is cut from unit "
                      + row.getString("parent")
                      + ", which is "
                      + row.getString("state")
                      + " and cut into nothing",
                  "keep both from everybody and look at the audit: ostler unit quarantine "
                      + row.getString("id")));
      none(
          "SELECT DISTINCT parent.id, claim.project_id, parent.tenant_project FROM unit"
              + " JOIN unit parent ON parent.id = unit.parent_id"
              + " JOIN claim ON claim.id = unit.claim_id"
              + " WHERE NOT parent.shared AND (parent.tenant_project IS NULL"
              + " OR parent.tenant_project <> claim.project_id)",
          Map.of(),
          (row, n) ->
              new Finding(
                  Ailment.PARENT_OF_SEVERAL,
                  unit(row, "id"),
                  "project "
                      + row.getString("project_id")
                      + " has slices of it, and it serves "
                      + Optional.ofNullable(row.getString("tenant_project"))
                          .map(project -> "project " + project)
                          .orElse("nobody"),
                  "release the claims on its slices: ostler slice list --parent "
                      + row.getString("id")));
    }

    private void compareChains() {
      none(
          "SELECT unit.id FROM unit WHERE (unit.chain_head = :start AND EXISTS (SELECT 1"
              + " FROM wipe_record record WHERE record.unit_id = unit.id AND record.accepted))"
              + " OR (unit.chain_head <> :start AND NOT EXISTS (SELECT 1"
              + " FROM wipe_record record WHERE record.unit_id = unit.id AND record.accepted"
              + " AND record.hash = unit.chain_head))",
          Map.of("start", ChainHash.START.value()),
          (row, n) ->
              new Finding(
                  Ailment.CHAIN_HEAD_WRONG,
                  unit(row, "id"),
                  "the head of its chain is not that of an accepted wipe record",
                  VERIFY_WIPES + row.getString("id")));
      none(
          "SELECT record.id, record.unit_id FROM wipe_record record WHERE record.accepted"
              + " AND ((record.prev_hash <> :start AND NOT EXISTS (SELECT 1"
              + " FROM wipe_record before WHERE before.unit_id = record.unit_id"
              + " AND before.accepted AND before.hash = record.prev_hash))"
              + " OR EXISTS (SELECT 1 FROM wipe_record other"
              + " WHERE other.unit_id = record.unit_id AND other.accepted"
              + " AND other.prev_hash = record.prev_hash AND other.id <> record.id))",
          Map.of("start", ChainHash.START.value()),
          (row, n) ->
              new Finding(
                  Ailment.CHAIN_BROKEN,
                  unit(row, "unit_id"),
                  "wipe record "
                      + row.getString("id")
                      + " follows none that is there, or one that another follows too",
                  VERIFY_WIPES + row.getString("unit_id")));
      none(
          "SELECT unit.id, unit.cert_wipe FROM unit WHERE unit.cert_wipe IS NOT NULL"
              + " AND NOT EXISTS (SELECT 1 FROM wipe_record record"
              + " WHERE record.id = unit.cert_wipe AND record.unit_id = unit.id"
              + " AND record.accepted AND record.result = 'clean')",
          Map.of(),
          (row, n) ->
              new Finding(
                  Ailment.CERTIFICATE_UNPROVEN,
                  unit(row, "id"),
                  "it counts as clean by wipe "
                      + row.getString("cert_wipe")
                      + ", of which there is no accepted record",
                  "have it cleaned anew: ostler unit return " + row.getString("id")));
    }
  }

  private static Set<String> changeSets() {
    try (InputStream in = Doctor.class.getResourceAsStream("/ostler/allocator/schema.sql")) {
      return CHANGE_SET
          .matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .results()
          .map((MatchResult found) -> found.group(1))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException("the jar has lost its schema", e);
    }
  }

  /** What a unit's time goes to. */
  private record Line(String state, Optional<ClaimId> claim) {
    @Override
    public String toString() {
      return state + claim.map(id -> " of claim " + id).orElse("");
    }
  }

  private static Finding drifted(Drift drift) {
    return new Finding(
        Ailment.QUOTA_DRIFT,
        "project " + drift.quota().project(),
        "its counter of "
            + drift.quota().key()
            + " is "
            + drift.quota().used()
            + ", and the charges below it add up to "
            + drift.counted(),
        "look at it: ostler quota verify");
  }

  private static String unit(ResultSet row, String column) throws SQLException {
    return "unit " + row.getString(column);
  }
}
