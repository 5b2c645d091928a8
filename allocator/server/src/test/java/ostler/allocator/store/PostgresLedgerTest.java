package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import ostler.accounting.report.Grouping;
import ostler.accounting.report.Period;
import ostler.allocator.SharedPostgres;
import ostler.allocator.TestPostgres;
import ostler.allocator.store.Usage.Question;

/** The ledger's contract on a real PostgreSQL. */
final class PostgresLedgerTest extends LedgerContract {

  /** The driver keeps a statement after five runs, and the server its plan after five more. */
  private static final int MORE_THAN_A_PLAN_IS_KEPT_FOR = 15;

  @RegisterExtension private static final SharedPostgres postgres = new SharedPostgres();

  @Test
  void aReportThatWasAskedForOftenIsStillPlannedForItsOwnPeriod() throws IOException, SQLException {
    Database.Settings one = new Database.Settings(empty().url(), TestPostgres.USER, "", 1);
    try (Database database = Database.open(one)) {
      Usage usage = new Usage(database.client(), database.transactions(), Clock.systemUTC());
      Period month =
          new Period(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2026-02-01T00:00:00Z"));
      for (int i = 0; i < MORE_THAN_A_PLAN_IS_KEPT_FOR; i++) {
        usage.answer(new Question(month, Grouping.parse("project"), List.of())).orElseThrow();
      }
      assertTrue(plans(database, "custom_plans") > 0);
      assertEquals(0, plans(database, "generic_plans"));
    }
  }

  private static long plans(Database database, String kind) {
    return database
        .client()
        .sql(
            "SELECT CAST(SUM("
                + kind
                + ") AS BIGINT) FROM pg_prepared_statements"
                + " WHERE statement LIKE '%usage_segment%'")
        .query(Long.class)
        .single();
  }

  @Override
  Database.Settings empty() throws SQLException {
    return postgres.empty();
  }
}
