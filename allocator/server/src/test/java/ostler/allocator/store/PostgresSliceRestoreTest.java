package ostler.allocator.store;

import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;
import ostler.allocator.SharedPostgres;
import ostler.allocator.TestPostgres;

/** A copy of a PostgreSQL database, made by the server itself. */
final class PostgresSliceRestoreTest extends SliceRestoreContract {

  @RegisterExtension private static final SharedPostgres postgres = new SharedPostgres();

  private String url;
  private String backup;

  @Override
  Database.Settings empty() throws SQLException {
    url = postgres.emptyDatabase();
    return TestPostgres.settings(url);
  }

  @Override
  void backUp(Fleet from) throws SQLException {
    backup = postgres.copyOf(url);
    from.database.renewConnections();
  }

  @Override
  Database.Settings restored() {
    url = backup;
    return TestPostgres.settings(backup);
  }
}
