package ostler.allocator.store;

import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;
import ostler.allocator.SharedPostgres;
import ostler.allocator.TestPostgres;

/** The contract on a real PostgreSQL. */
final class PostgresStartTest extends StartContract {

  @RegisterExtension private static final SharedPostgres postgres = new SharedPostgres();

  @Override
  Database.Settings empty() throws SQLException {
    return TestPostgres.settings(postgres.emptyDatabase());
  }
}
