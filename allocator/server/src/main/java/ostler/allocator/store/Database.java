package ostler.allocator.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import liquibase.UpdateSummaryEnum;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.SpringLiquibase;
import liquibase.ui.UIServiceEnum;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The database, opened and with its schema up to date. */
public final class Database implements AutoCloseable {

  private static final String CHANGELOG = "classpath:ostler/allocator/schema.sql";

  /** The last change set of the changelog: where it has run, all have. */
  private static final String NEWEST_CHANGE_SET = "1-trail";

  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(10);

  private final HikariDataSource pool;
  private final Dialect dialect;
  private final Transactions transactions;

  private Database(HikariDataSource pool, Dialect dialect, Transactions transactions) {
    this.pool = pool;
    this.dialect = dialect;
    this.transactions = transactions;
  }

  /** Where the data is. */
  public record Settings(String url, String user, String password, int maxConnections) {}

  /**
   * Opens the database and brings its schema up to date.
   *
   * @throws SQLException if it cannot be reached, is in use by another allocator, or its schema
   *     cannot be brought up to date
   */
  public static Database open(Settings settings) throws SQLException {
    Dialect dialect = Dialect.of(settings.url());
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(settings.url());
    config.setUsername(settings.user());
    config.setPassword(settings.password());
    config.setMaximumPoolSize(settings.maxConnections());
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
    config.setPoolName("ostler");
    dialect.onConnect().ifPresent(config::setConnectionInitSql);
    HikariDataSource pool = new HikariDataSource(config);
    boolean opened = false;
    try {
      migrate(pool);
      opened = true;
    } finally {
      if (!opened) {
        pool.close();
      }
    }
    TransactionTemplate template = new TransactionTemplate(new DataSourceTransactionManager(pool));
    return new Database(pool, dialect, new Transactions(template, groupCommit(pool, dialect)));
  }

  public JdbcClient client() {
    return JdbcClient.create(pool);
  }

  public Transactions transactions() {
    return transactions;
  }

  @Override
  public void close() {
    dialect.onClose().ifPresent(sql -> client().sql(sql).update());
    pool.close();
  }

  private static GroupCommit groupCommit(DataSource pool, Dialect dialect) {
    JdbcClient client = JdbcClient.create(pool);
    return new GroupCommit(() -> dialect.makeDurable().ifPresent(sql -> client.sql(sql).update()));
  }

  /** Asking first is a few milliseconds; starting Liquibase to learn the same is half a second. */
  private static void migrate(DataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      if (isCurrent(connection)) {
        return;
      }
    }
    SpringLiquibase liquibase = new SpringLiquibase();
    liquibase.setDataSource(pool);
    liquibase.setChangeLog(CHANGELOG);
    liquibase.setResourceLoader(new DefaultResourceLoader());
    liquibase.setUiService(UIServiceEnum.LOGGER);
    liquibase.setShowSummary(UpdateSummaryEnum.OFF);
    // It would tell its maker about each run.
    liquibase.setAnalyticsEnabled(false);
    try {
      liquibase.afterPropertiesSet();
    } catch (LiquibaseException e) {
      throw new SQLException("the database's schema cannot be brought up to date", e);
    }
  }

  private static boolean isCurrent(Connection connection) throws SQLException {
    try (ResultSet tables =
        connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE", "BASE TABLE"})) {
      boolean known = false;
      while (tables.next()) {
        known |= tables.getString("TABLE_NAME").equalsIgnoreCase("databasechangelog");
      }
      if (!known) {
        return false;
      }
    }
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT 1 FROM databasechangelog WHERE id = '" + NEWEST_CHANGE_SET + "'")) {
      return row.next();
    }
  }
}
