package ostler.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;
import ostler.allocator.store.Database;

/** A database in memory with the product's own schema, which can be set back to an earlier copy. */
final class MemoryDatabase implements AutoCloseable {

  static final String URL = "jdbc:h2:mem:";

  private static final String USER = "ostler";

  private final JdbcDataSource source = new JdbcDataSource();

  /** Kept for as long as the database: H2 checks constraints with the session that made them. */
  private final Connection keeper;

  /**
   * @param name of the database, one for each world of this process
   */
  MemoryDatabase(String name, List<String> copy) throws SQLException {
    // Whoever waits for a lock waits in fake time, so H2 itself waits as little as it can: one
    // millisecond.
    source.setURL(URL + name + ";LOCK_TIMEOUT=1;DB_CLOSE_DELAY=-1;QUERY_CACHE_SIZE=400");
    source.setUser(USER);
    source.setPassword("");
    keeper = source.getConnection();
    fill(copy);
  }

  /** The schema as Liquibase makes it, to be copied into each world. */
  static List<String> schema(Path folder) throws IOException, SQLException {
    String url = "jdbc:h2:file:" + Files.createDirectories(folder).resolve("schema");
    try (Database made = Database.open(new Database.Settings(url, USER, "", 2))) {
      return made.client().sql("SCRIPT").query(String.class).list();
    }
  }

  Connection connect() throws SQLException {
    return source.getConnection();
  }

  /** All that is in it now. */
  List<String> copy() throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Statement statement = keeper.createStatement();
        ResultSet rows = statement.executeQuery("SCRIPT")) {
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
    }
    return lines;
  }

  /** Puts an earlier copy in the place of all that is in it; nobody else may be connected. */
  void restore(List<String> copy) throws SQLException {
    try (Statement statement = keeper.createStatement()) {
      statement.execute("DROP ALL OBJECTS");
    }
    fill(copy);
  }

  private void fill(List<String> copy) throws SQLException {
    try (Statement statement = keeper.createStatement()) {
      for (String line : copy) {
        if (!line.startsWith("CREATE USER")) {
          statement.execute(line);
        }
      }
    }
  }

  @Override
  public void close() throws SQLException {
    try (Statement statement = keeper.createStatement()) {
      statement.execute("SHUTDOWN IMMEDIATELY");
    }
  }
}
