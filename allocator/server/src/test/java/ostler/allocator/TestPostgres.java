package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import ostler.allocator.store.Database;

/** A real PostgreSQL, with as many empty databases as tests want. */
public final class TestPostgres implements AutoCloseable {

  public static final String USER = "postgres";

  private final EmbeddedPostgres postgres;
  private final AtomicInteger databases = new AtomicInteger();

  /** As PostgreSQL's documentation numbers errors (appendix A). */
  private static final String OBJECT_IN_USE = "55006";

  private static final int MAX_TRIES = 5;

  private TestPostgres(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  static TestPostgres start() throws IOException {
    return new TestPostgres(
        EmbeddedPostgres.builder()
            // It turns this off by itself, which would test another promise than ours.
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("max_connections", "200")
            .start());
  }

  /** The URL of a new and empty database. */
  public String emptyDatabase() throws SQLException {
    String name = "ostler" + databases.incrementAndGet();
    execute(postgres.getJdbcUrl(USER, "postgres"), "CREATE DATABASE " + name);
    return postgres.getJdbcUrl(USER, name);
  }

  /** The URL of a copy of a database, which loses its connections over it. */
  public String copyOf(String url) throws SQLException {
    String server = postgres.getJdbcUrl(USER, "postgres");
    String name = "ostler" + databases.incrementAndGet();
    String original = url.replaceAll(".*/([a-z0-9]+)\\?.*", "$1");
    execute(server, "ALTER DATABASE " + original + " ALLOW_CONNECTIONS false");
    int tries = 0;
    while (!isCopied(server, original, name)) {
      assertTrue(++tries < MAX_TRIES, "somebody stays connected to " + original);
    }
    execute(server, "ALTER DATABASE " + original + " ALLOW_CONNECTIONS true");
    return postgres.getJdbcUrl(USER, name);
  }

  /** One that was let in just before the door was closed may come to be seen only later. */
  private static boolean isCopied(String server, String original, String name) throws SQLException {
    execute(
        server,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '"
            + original
            + "'");
    try {
      execute(server, "CREATE DATABASE " + name + " TEMPLATE " + original);
      return true;
    } catch (SQLException e) {
      if (!OBJECT_IN_USE.equals(e.getSQLState())) {
        throw e;
      }
      return false;
    }
  }

  public static Database.Settings settings(String url) {
    return new Database.Settings(url, USER, "", 16);
  }

  public int port() {
    return postgres.getPort();
  }

  /** Does something beside the allocator. */
  public static void execute(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, USER, "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Ends every other connection to a database, whatever it is in the middle of. */
  public static void killConnections(String url) throws SQLException {
    execute(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
