package ostler.allocator.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
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
import org.springframework.dao.DataAccessException;
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
   * @throws IOException if it cannot be reached, is in use by another allocator, or its schema
   *     cannot be brought up to date
   */
  public static Database open(Settings settings) throws IOException {
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
    HikariDataSource pool = reopenedIfMigrated(connect(config), config, dialect);
    TransactionTemplate template = new TransactionTemplate(new DataSourceTransactionManager(pool));
    return new Database(pool, dialect, new Transactions(template, groupCommit(pool, dialect)));
  }

  /**
   * Ends with a database that no connection of this run has changed the schema of. H2 evaluates a
   * check constraint with the session that created it, for as long as the database is open, and
   * refuses every write once that connection has left the pool; a database that is opened anew
   * evaluates it with a session of its own (seen with 2.4.240).
   */
  private static HikariDataSource reopenedIfMigrated(
      HikariDataSource pool, HikariConfig config, Dialect dialect) throws IOException {
    boolean keep = false;
    try {
      keep = isCurrent(pool);
      if (!keep) {
        migrate(pool);
        dialect.onClose().ifPresent(sql -> JdbcClient.create(pool).sql(sql).update());
      }
    } finally {
      if (!keep) {
        pool.close();
      }
    }
    return keep ? pool : connect(config);
  }

  private static HikariDataSource connect(HikariConfig config) throws IOException {
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw new IOException(
          "the database "
              + config.getJdbcUrl()
              + " cannot be opened; is it there, and does no other allocator use it? "
              + e.getCause().getMessage(),
          e);
    }
  }

  public JdbcClient client() {
    return JdbcClient.create(pool);
  }

  public Transactions transactions() {
    return transactions;
  }

  /** Lets every connection go once it is idle, as the pool does by itself after half an hour. */
  void renewConnections() {
    pool.getHikariPoolMXBean().softEvictConnections();
  }

  /** Whether it answers a question. */
  public boolean answers() {
    try {
      return client().sql("SELECT 1").query(Integer.class).single() == 1;
    } catch (DataAccessException e) {
      return false;
    }
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
  private static boolean isCurrent(DataSource pool) throws IOException {
    try (Connection connection = pool.getConnection()) {
      return isCurrent(connection);
    } catch (SQLException e) {
      throw new IOException("the database's schema cannot be looked at: " + e.getMessage(), e);
    }
  }

  private static void migrate(DataSource pool) throws IOException {
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
      throw new IOException(
          "the database's schema cannot be brought up to date: " + e.getMessage(), e);
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
