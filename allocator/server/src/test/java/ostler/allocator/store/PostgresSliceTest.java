package ostler.allocator.store;

import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;
import ostler.allocator.SharedPostgres;

/** Slices on a real PostgreSQL. */
final class PostgresSliceTest extends SliceContract {

  @RegisterExtension private static final SharedPostgres postgres = new SharedPostgres();

  @Override
  Database.Settings empty() throws SQLException {
    return postgres.empty();
  }
}
