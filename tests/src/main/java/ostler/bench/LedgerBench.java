package ostler.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import ostler.accounting.report.Grouping;
import ostler.accounting.report.Period;
import ostler.allocator.store.Database;
import ostler.allocator.store.Desk;
import ostler.allocator.store.RevisionSignal;
import ostler.allocator.store.Usage.Answer;
import ostler.allocator.store.Usage.Question;
import ostler.lab.LabException;
import ostler.lab.Progress;

/**
 * Measures a month's report over many intervals on a PostgreSQL of its own: the whole question as
 * the allocator asks it, from its first statement to the checked sum.
 */
final class LedgerBench {

  private static final int UNITS = 20_000;
  private static final int UNITS_PER_HOST = 8;
  private static final int PROJECTS = 200;
  private static final String INTERVALS = "--intervals";
  private static final String RUNS = "--runs";
  private static final int GOAL_MILLIS = 2000;
  private static final String DATABASE = "ledger";
  private static final String COUNT = "SELECT COUNT(*) FROM usage_segment";
  private static final Period MONTH =
      new Period(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2026-02-01T00:00:00Z"));

  /** Intervals begin before the month and end after it, each unit's a little apart. */
  private static final Duration SPREAD = Duration.ofHours(6);

  private static final Instant NOW = Instant.parse("2026-02-02T00:00:00Z");

  private LedgerBench() {}

  /** {@code [--intervals N] [--runs N]}; answers with the exit code. */
  static int run(List<String> options, Progress progress)
      throws IOException, LabException, SQLException {
    Numbers numbers = Numbers.parse(options, Map.of(INTERVALS, 10_000_000, RUNS, 5));
    try (BenchPostgres postgres = BenchPostgres.start()) {
      postgres.create(DATABASE);
      Database.Settings settings =
          new Database.Settings(postgres.jdbcUrl(DATABASE), BenchPostgres.USER, "", 4);
      try (Database database = Database.open(settings)) {
        Progress.Step filling = progress.start("a ledger");
        fill(postgres, Math.max(1, numbers.of(INTERVALS) / UNITS));
        filling.done(postgres.text(DATABASE, COUNT) + " intervals of " + UNITS + " units");
        measure(postgres, desk(database), numbers.of(RUNS), progress);
      }
    }
    return 0;
  }

  private static Desk desk(Database database) {
    return new Desk(
        database.client(),
        database.transactions(),
        new RevisionSignal(),
        Clock.fixed(NOW, ZoneOffset.UTC),
        () -> new UUID(0, 0));
  }

  private static void measure(BenchPostgres postgres, Desk desk, int runs, Progress progress)
      throws LabException, SQLException {
    Question question = new Question(MONTH, Grouping.parse("project,model"), List.of());
    desk.usage().answer(question).orElseThrow();
    List<Long> millis = new ArrayList<>();
    Answer answer = null;
    for (int i = 0; i < runs; i++) {
      Progress.Step reporting = progress.start("a report");
      long started = System.nanoTime();
      answer = desk.usage().answer(question).orElseThrow();
      millis.add(millisSince(started));
      reporting.done(millis.get(i) + " ms");
    }
    Collections.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "{\"intervals\": %d, \"units\": %d, \"groups\": %d, \"median_ms\": %d, \"worst_ms\": %d,"
            + " \"goal_ms\": %d, \"device_seconds\": \"%s\", \"adds_up\": %b, \"postgres\": \"%s\","
            + " \"cores\": %d}%n",
        postgres.number(DATABASE, COUNT),
        answer.conservation().orElseThrow().units(),
        answer.report().rows().size(),
        millis.get(millis.size() / 2),
        millis.get(millis.size() - 1),
        GOAL_MILLIS,
        answer.report().total().seconds(),
        answer.conservation().orElseThrow().holdsFor(answer.report()),
        postgres.text(DATABASE, "SHOW server_version"),
        Runtime.getRuntime().availableProcessors());
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }

  /** Writes what a fleet's claims would have left, faster than claims could be made. */
  private static void fill(BenchPostgres postgres, int perUnit) throws SQLException {
    Duration all = Duration.between(MONTH.from(), MONTH.to()).plus(SPREAD);
    double seconds = all.toMillis() / 1000.0 / perUnit;
    postgres.run(
        DATABASE,
        "ALTER TABLE usage_segment DROP CONSTRAINT usage_segment_pkey",
        "ALTER TABLE usage_segment DROP CONSTRAINT usage_segment_unit_id_fkey",
        "DROP INDEX usage_segment_by_end",
        "CREATE FUNCTION boundary(unit INT, k INT) RETURNS TIMESTAMPTZ IMMUTABLE LANGUAGE SQL"
            + " RETURN TIMESTAMPTZ '"
            + MONTH.from().minus(SPREAD.dividedBy(2))
            + "' + make_interval(secs => k * "
            + seconds
            + " + (unit % 997) * 1.000001)",
        hosts(),
        units(),
        "INSERT INTO usage_current (unit_id, state, began_at, started_at, host, model, weight)"
            + " SELECT md5(u::text)::uuid, 'CLEAN', boundary(u, 0), boundary(u, "
            + perUnit
            + "), 'host-' || u / "
            + UNITS_PER_HOST
            + ", "
            + model()
            + ", 5040 FROM generate_series(1, "
            + UNITS
            + ") u",
        segments(perUnit),
        "ALTER TABLE usage_segment ADD PRIMARY KEY (unit_id, started_at)",
        "ALTER TABLE usage_segment ADD CONSTRAINT usage_segment_unit_id_fkey"
            + " FOREIGN KEY (unit_id) REFERENCES unit (id)",
        "CREATE INDEX usage_segment_by_end ON usage_segment (ended_at)",
        "VACUUM ANALYZE usage_segment",
        "ANALYZE usage_current");
  }

  private static String hosts() {
    return "INSERT INTO host (name, epoch, fence_counter, revision, applied_revision, admin,"
        + " admin_reason, agent_sequence, warnings, last_seen, created_at)"
        + " SELECT 'host-' || h, 1, 0, 0, 0, 'ENABLED', '', 0, '{}', TIMESTAMPTZ '"
        + NOW
        + "', TIMESTAMPTZ '"
        + NOW
        + "' FROM generate_series(0, "
        + UNITS / UNITS_PER_HOST
        + ") h";
  }

  private static String units() {
    return "WITH one AS (INSERT INTO model (id, name) VALUES (repeat('a', 64), 'any') RETURNING id)"
        + " INSERT INTO unit (id, host, model_id, state, since, generation, fence_epoch,"
        + " fence_number, presence, group_whole, admin, admin_reason, health, leaving, attempts,"
        + " chain_head, bound, guarded, holders, holders_known)"
        + " SELECT md5(u::text)::uuid, 'host-' || u / "
        + UNITS_PER_HOST
        + ", one.id, 'UNMANAGED', TIMESTAMPTZ '"
        + NOW
        + "', 0, 0, 0, 'PRESENT', TRUE, 'ENABLED', '', 'UNKNOWN', FALSE, 0, repeat('0', 64),"
        + " FALSE, FALSE, '{}', FALSE FROM one, generate_series(1, "
        + UNITS
        + ") u";
  }

  /** In the order of time, as they would have been written; every seventh life is a tenant's. */
  private static String segments(int perUnit) {
    String project = "((u * 7 + k / 7) % " + PROJECTS + ")";
    return "INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id,"
        + " project_path, alias, host, model, weight, memory_mib)"
        + " SELECT md5(u::text)::uuid, boundary(u, k), boundary(u, k + 1),"
        + " (ARRAY['DIRTY', 'CLEANING', 'CLEAN', 'PREPARING', 'READY', 'IN_USE', 'RELEASING'])"
        + "[1 + k % 7],"
        + " CASE WHEN k % 7 >= 3 THEN md5((u * 1000 + k / 7)::text)::uuid END,"
        + " CASE WHEN k % 7 >= 3 THEN 'project-' || "
        + project
        + " END, CASE WHEN k % 7 >= 3 THEN '/org/project-' || "
        + project
        + " || '/' END, CASE WHEN k % 7 >= 3 THEN 'gpu' END, 'host-' || u / "
        + UNITS_PER_HOST
        + ", "
        + model()
        + ", 5040, 81920 FROM generate_series(0, "
        + (perUnit - 1)
        + ") k, generate_series(1, "
        + UNITS
        + ") u";
  }

  private static String model() {
    return "(ARRAY['10de:2330', '10de:20b5', '1002:74a1'])[1 + u % 3]";
  }
}
