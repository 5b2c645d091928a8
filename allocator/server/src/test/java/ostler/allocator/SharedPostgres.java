package ostler.allocator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import ostler.allocator.store.Database;

/**
 * The PostgreSQL of all tests of one run. It is started for the first class that has this
 * extension, and stopped after the last test; every test has databases of its own on it.
 */
public final class SharedPostgres implements BeforeAllCallback {

  private static final Namespace HERE = Namespace.create(SharedPostgres.class);

  private TestPostgres server;

  @Override
  public void beforeAll(ExtensionContext context) {
    server =
        context
            .getRoot()
            .getStore(HERE)
            .computeIfAbsent(TestPostgres.class, type -> start(), TestPostgres.class);
  }

  private static TestPostgres start() {
    try {
      return TestPostgres.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The URL of a new and empty database. */
  public String emptyDatabase() throws SQLException {
    return server.emptyDatabase();
  }

  /** How to open a new and empty database. */
  public Database.Settings empty() throws SQLException {
    return TestPostgres.settings(emptyDatabase());
  }

  /** The URL of a copy of a database, which loses its connections over it. */
  public String copyOf(String url) throws SQLException {
    return server.copyOf(url);
  }

  public int port() {
    return server.port();
  }
}
