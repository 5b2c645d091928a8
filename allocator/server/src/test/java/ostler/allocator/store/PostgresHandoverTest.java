package ostler.allocator.store;

import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;
import ostler.allocator.SharedPostgres;

final class PostgresHandoverTest extends HandoverContract {

  @RegisterExtension private static final SharedPostgres postgres = new SharedPostgres();

  @Override
  Database.Settings empty() throws SQLException {
    return postgres.empty();
  }
}
