package ostler.allocator.store;

import java.sql.SQLException;
import ostler.allocator.SharedPostgres;
import ostler.allocator.TestPostgres;

/** A copy of a PostgreSQL database, made by the server itself. */
final class CopiedPostgres extends CopiedDatabase {

  private final SharedPostgres postgres;
  private String url;
  private String backup;

  CopiedPostgres(SharedPostgres postgres) {
    this.postgres = postgres;
  }

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
