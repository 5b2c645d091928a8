package ostler.allocator.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.LongSupplier;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The database, opened, with the schema of this program. */
public final class Database implements AutoCloseable {

  /** How long a caller waits for one of the connections, before it hears that there is none. */
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

  private static final Duration VALIDATION_TIMEOUT = Duration.ofSeconds(1);

  private final Settings settings;
  private final Lines lines;
  private final HikariDataSource pool;
  private final Dialect dialect;
  private final Transactions transactions;
  private final DatabaseClock clock;

  /** In memory: the connection that made the schema, for as long as there is a database. */
  private final Optional<Connection> maker;

  private Database(
      Settings settings,
      Lines lines,
      HikariDataSource pool,
      Dialect dialect,
      DatabaseClock clock,
      Optional<Connection> maker) {
    this.settings = settings;
    this.lines = lines;
    this.pool = pool;
    this.dialect = dialect;
    this.clock = clock;
    this.maker = maker;
    JdbcClient client = JdbcClient.create(pool);
    GroupCommit groupCommit =
        new GroupCommit(() -> dialect.makeDurable().ifPresent(sql -> client.sql(sql).update()));
    this.transactions =
        new Transactions(
            new TransactionTemplate(new DataSourceTransactionManager(pool)),
            groupCommit,
            dialect,
            new Batches(pool));
  }

  /** Where the data is. */
  public record Settings(String url, String user, String password, int maxConnections) {

    /** A database that is in memory only, new with each name, and gone when it is closed. */
    public static Settings inMemory(String name) {
      return new Settings(
          "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=3000", "ostler", "", 16);
    }
  }

  /** As {@link #open(Settings, LongSupplier)}, with the counter of this machine. */
  public static Database open(Settings settings) throws IOException {
    return open(settings, System::nanoTime);
  }

  /**
   * Opens the database. An empty one gets its schema at once; one with an older schema is left as
   * it is.
   *
   * @param nanoTime counts the nanoseconds and never jumps
   * @throws IOException if it cannot be reached, is in use by another allocator, or has an older
   *     schema
   */
  public static Database open(Settings settings, LongSupplier nanoTime) throws IOException {
    Dialect dialect = Dialect.of(settings.url());
    Optional<Connection> maker = Optional.empty();
    Schema schema = lookAtSchema(settings);
    if (!schema.isCurrent() && !schema.used()) {
      maker = migrated(settings, dialect);
    } else if (!schema.isCurrent()) {
      closeForGood(connectAlone(settings), dialect);
      throw new IOException(
          "the database "
              + settings.url()
              + " has the schema of an older release (it lacks "
              + String.join(", ", schema.missing())
              + "); make a backup, then run ostler db migrate with the same options as ostler up");
    }
    Lines lines = new Lines(settings.url(), properties(settings, dialect.driverSettings()));
    HikariDataSource pool = connect(settings, lines, dialect);
    try (Connection connection = pool.getConnection()) {
      DatabaseClock clock = new DatabaseClock(nanoTime, now(connection, dialect));
      return new Database(settings, lines, pool, dialect, clock, maker);
    } catch (SQLException e) {
      pool.close();
      throw new IOException("the database does not say what time it is: " + e.getMessage(), e);
    }
  }

  /**
   * How far the schema is behind this program's.
   *
   * @throws IOException if the database cannot be reached or is in use by another allocator
   */
  public static Schema schemaOf(Settings settings) throws IOException {
    Schema schema = lookAtSchema(settings);
    closeForGood(connectAlone(settings), Dialect.of(settings.url()));
    return schema;
  }

  private static Schema lookAtSchema(Settings settings) throws IOException {
    try (Connection connection = connectAlone(settings)) {
      return Schema.of(connection);
    } catch (SQLException e) {
      throw new IOException("the database's schema cannot be looked at: " + e.getMessage(), e);
    }
  }

  /**
   * Brings an older schema up to date.
   *
   * @throws IOException if it cannot be
   */
  public static void migrate(Settings settings) throws IOException {
    Optional<Connection> maker = migrated(settings, Dialect.of(settings.url()));
    if (maker.isPresent()) {
      throw new IOException("a database in memory has no older schema to migrate from");
    }
  }

  /**
   * Whether a running allocator has the database's file open.
   *
   * @throws IOException if it cannot be opened for another reason
   */
  public static boolean isInUse(Settings settings) throws IOException {
    Dialect dialect = Dialect.of(settings.url());
    try (Connection connection =
        DriverManager.getConnection(
            settings.url(), properties(settings, dialect.patientProperties()))) {
      Optional<String> others = dialect.others();
      boolean used = others.isPresent() && ask(connection, others.get()) > 0;
      if (!used) {
        closeForGood(connection, dialect);
      }
      return used;
    } catch (SQLException e) {
      if (dialect.isTaken(e)) {
        return true;
      }
      throw cannotOpen(settings, e);
    }
  }

  /**
   * Makes sure that no allocator works with the database.
   *
   * @throws IOException if one does
   */
  public static void requireUnused(Settings settings) throws IOException {
    if (isInUse(settings)) {
      throw new IOException(
          "an allocator is using the database "
              + settings.url()
              + "; stop every one of them first");
    }
  }

  /**
   * The highest epoch of any host, 0 where there is none.
   *
   * @throws IOException if the database cannot be read
   */
  public static long highestEpoch(Settings settings) throws IOException {
    Connection connection = connectAlone(settings);
    try {
      return Schema.of(connection).used()
          ? ask(connection, "SELECT COALESCE(MAX(epoch), 0) FROM host")
          : 0;
    } catch (SQLException e) {
      throw new IOException("the database cannot be read: " + e.getMessage(), e);
    } finally {
      closeForGood(connection, Dialect.of(settings.url()));
    }
  }

  /**
   * Copies an embedded database that nobody uses into a file.
   *
   * @throws IOException if it cannot be
   */
  public static void backUp(Settings settings, Path file) throws IOException {
    Connection connection = connectAlone(settings);
    try (Statement statement = connection.createStatement()) {
      statement.execute(Dialect.backUpTo(file));
    } catch (SQLException e) {
      throw new IOException("the database cannot be copied: " + e.getMessage(), e);
    } finally {
      closeForGood(connection, Dialect.of(settings.url()));
    }
  }

  private static long ask(Connection connection, String question) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(question)) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * Ends with a database that no connection of this run has changed the schema of. H2 evaluates a
   * check constraint with the session that created it, for as long as the database is open, and
   * refuses every write once that connection is gone; a database that is opened anew evaluates it
   * with a session of its own (seen with 2.4.240). One in memory cannot be opened anew: there the
   * connection has to stay.
   */
  private static Optional<Connection> migrated(Settings settings, Dialect dialect)
      throws IOException {
    boolean stays = dialect instanceof Dialect.H2 h2 && h2.inMemory();
    Connection connection = connectAlone(settings);
    try {
      Schema.migrate(connection, dialect);
      return stays ? Optional.of(connection) : Optional.empty();
    } catch (SQLException e) {
      throw new IOException("the database's schema cannot be made: " + e.getMessage(), e);
    } finally {
      if (!stays) {
        closeForGood(connection, dialect);
      }
    }
  }

  private static void closeForGood(Connection connection, Dialect dialect) throws IOException {
    try (connection) {
      if (dialect.onClose().isPresent()) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(dialect.onClose().get());
        }
      }
    } catch (SQLException e) {
      throw new IOException("the database cannot be closed: " + e.getMessage(), e);
    }
  }

  private static Connection connectAlone(Settings settings) throws IOException {
    try {
      return DriverManager.getConnection(
          settings.url(), properties(settings, Dialect.of(settings.url()).patientProperties()));
    } catch (SQLException e) {
      throw cannotOpen(settings, e);
    }
  }

  private static HikariDataSource connect(Settings settings, Lines lines, Dialect dialect)
      throws IOException {
    HikariConfig config = new HikariConfig();
    config.setDataSource(lines);
    config.setMaximumPoolSize(settings.maxConnections());
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
    config.setValidationTimeout(VALIDATION_TIMEOUT.toMillis());
    config.setPoolName("ostler");
    dialect.onConnect().ifPresent(config::setConnectionInitSql);
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw cannotOpen(settings, e.getCause());
    }
  }

  private static IOException cannotOpen(Settings settings, Throwable why) {
    return new IOException(
        "the database "
            + settings.url()
            + " cannot be opened; is it there, and does no other allocator use it? "
            + why.getMessage(),
        why);
  }

  private static Properties properties(Settings settings, Map<String, String> more) {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    properties.setProperty("password", settings.password());
    more.forEach(properties::setProperty);
    return properties;
  }

  public JdbcClient client() {
    return JdbcClient.create(pool);
  }

  public Transactions transactions() {
    return transactions;
  }

  /** The database's time. */
  public DatabaseClock clock() {
    return clock;
  }

  /** Whether other allocators may use it beside this one. */
  public boolean isShared() {
    return dialect.listen().isPresent();
  }

  /** Copies an embedded database as it is at this moment into a file, while work goes on. */
  public void backUp(Path file) {
    client().sql(Dialect.backUpTo(file)).update();
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

  /** Ends every conversation with a database that is gone. */
  void cut() throws SQLException {
    lines.cut();
  }

  /** Whether a failure to connect is one that only a database that is there can tell. */
  boolean isAnswer(SQLException failure) {
    return dialect.isAnswer(failure);
  }

  /** A connection beside the pool that gives up soon. */
  Connection connectAside() throws SQLException {
    return DriverManager.getConnection(
        settings.url(), properties(settings, dialect.impatientProperties()));
  }

  /** Lets a connection hear what others tell. */
  void listen(Connection connection) throws SQLException {
    if (dialect.listen().isPresent()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(dialect.listen().get());
      }
    }
  }

  /** Tells other allocators something, where there can be any. */
  void tell(String message) {
    dialect
        .tell()
        .ifPresent(
            sql -> client().sql(sql).param(message).query((rs, n) -> rs.getString(1)).list());
  }

  /** Looks at the database's time. */
  void look(Connection connection) throws SQLException {
    clock.look(() -> now(connection, dialect));
  }

  private static Instant now(Connection connection, Dialect dialect) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(dialect.now())) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  @Override
  public void close() {
    dialect.onClose().ifPresent(sql -> client().sql(sql).update());
    pool.close();
    maker.ifPresent(Database::closeQuietly);
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("a database in memory cannot be closed", e);
    }
  }
}
