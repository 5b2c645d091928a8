package ostler.allocator.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import liquibase.UpdateSummaryEnum;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.SpringLiquibase;
import liquibase.ui.UIServiceEnum;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * How far a database's schema is behind this program's. Asking takes a few milliseconds; starting
 * Liquibase to learn the same takes half a second.
 *
 * @param used whether any allocator ever worked with it; one that was killed while it made the
 *     schema has not
 * @param missing the change sets that have not run yet, in their order
 */
public record Schema(boolean used, List<String> missing) {

  private static final String CHANGELOG = "ostler/allocator/schema.sql";

  private static final Pattern CHANGE_SET =
      Pattern.compile("^--changeset ostler:(\\S+)", Pattern.MULTILINE);

  public Schema {
    missing = List.copyOf(missing);
  }

  public boolean isCurrent() {
    return missing.isEmpty();
  }

  static Schema of(Connection connection) throws SQLException {
    Set<String> missing = new LinkedHashSet<>(changeSets());
    if (hasTable(connection, "databasechangelog")) {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT id FROM databasechangelog")) {
        while (rows.next()) {
          missing.remove(rows.getString(1));
        }
      }
    }
    return new Schema(isUsed(connection), List.copyOf(missing));
  }

  /** An allocator's first deed is to write down its token; the others are for what has none. */
  private static boolean isUsed(Connection connection) throws SQLException {
    for (String table : List.of("token", "host", "project")) {
      if (hasTable(connection, table)) {
        try (Statement statement = connection.createStatement();
            ResultSet row = statement.executeQuery("SELECT 1 FROM " + table + " LIMIT 1")) {
          if (row.next()) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /**
   * Brings the schema up to date on a connection that nobody else uses.
   *
   * @throws IOException if it cannot be; what had run of it has run
   */
  static void migrate(Connection connection, Dialect dialect) throws IOException, SQLException {
    lock(connection, dialect);
    if (of(connection).isCurrent()) {
      return;
    }
    if (hasTable(connection, "databasechangeloglock")) {
      // Whoever held this lock is gone: one that lives holds the other one, or the file.
      try (Statement statement = connection.createStatement()) {
        statement.execute("UPDATE databasechangeloglock SET locked = FALSE");
      }
    }
    update(new SingleConnectionDataSource(connection, true));
  }

  /**
   * Waits until nobody else works on the schema, and keeps others off until the connection ends.
   */
  private static void lock(Connection connection, Dialect dialect) throws SQLException {
    if (dialect.lockSchema().isPresent()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(dialect.lockSchema().get());
      }
    }
  }

  private static void update(DataSource source) throws IOException {
    SpringLiquibase liquibase = new SpringLiquibase();
    liquibase.setDataSource(source);
    liquibase.setChangeLog("classpath:" + CHANGELOG);
    liquibase.setResourceLoader(new DefaultResourceLoader());
    liquibase.setUiService(UIServiceEnum.LOGGER);
    liquibase.setShowSummary(UpdateSummaryEnum.OFF);
    // It would tell its maker about each run.
    liquibase.setAnalyticsEnabled(false);
    try {
      liquibase.afterPropertiesSet();
    } catch (LiquibaseException e) {
      throw new IOException(
          "the database's schema cannot be brought up to date: " + e.getMessage(), e);
    }
  }

  private static boolean hasTable(Connection connection, String name) throws SQLException {
    try (ResultSet tables =
        connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE", "BASE TABLE"})) {
      boolean known = false;
      while (tables.next()) {
        known |= tables.getString("TABLE_NAME").equalsIgnoreCase(name);
      }
      return known;
    }
  }

  private static Set<String> changeSets() {
    try (InputStream in = Schema.class.getClassLoader().getResourceAsStream(CHANGELOG)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return CHANGE_SET
          .matcher(text)
          .results()
          .map((MatchResult found) -> found.group(1))
          .collect(Collectors.toCollection(LinkedHashSet::new));
    } catch (IOException e) {
      throw new IllegalStateException("the jar has lost its schema", e);
    }
  }
}
