package ostler.allocator.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the two databases do not have in common. */
sealed interface Dialect {

  /** Run on each new connection. */
  Optional<String> onConnect();

  /**
   * What makes all that was committed before it survive a power cut; empty where committing does
   * that.
   */
  Optional<String> makeDurable();

  /** Run before the connections go, so that the last one ends the database cleanly. */
  Optional<String> onClose();

  /** What the driver is told when it connects for the pool. */
  Map<String, String> driverSettings();

  /** Given to the driver with a connection that must never wait long. */
  Map<String, String> impatientProperties();

  /** Given to the driver with a connection whose statements may take as long as they do. */
  Map<String, String> patientProperties();

  /** Run by a connection that wants to hear of new orders, where others can make some. */
  Optional<String> listen();

  /**
   * Has each statement of a transaction planned for the values that it is run with; empty where it
   * is planned once in any case.
   */
  Optional<String> planEach();

  /** Tells those who listen what its one parameter says. */
  Optional<String> tell();

  /** The time now, whatever transaction it is asked in. */
  String now();

  /** Holds everybody else off the schema until the connection goes; empty where one is alone. */
  Optional<String> lockSchema();

  /** Whether the failure is that somebody else was first, so that a second try may succeed. */
  Race raceOf(SQLException failure);

  /** How many others use the database; empty where one of them would keep us from asking. */
  Optional<String> others();

  /** Whether a failure to connect is that somebody else has the database for himself. */
  boolean isTaken(SQLException failure);

  /** Copies an embedded database as it is at one moment, while others work with it. */
  static String backUpTo(Path file) {
    return "BACKUP TO '" + file.toString().replace("'", "''") + "'";
  }

  /** Whether a failure to connect is one that only a database that is there can tell. */
  boolean isAnswer(SQLException failure);

  /** How a transaction fared against others. */
  enum Race {
    /** The failure has nothing to do with others. */
    NONE,
    /** Lost at once: to a deadlock, a serialisation failure or a key that was taken. */
    LOST,
    /** Given up after waiting for a lock as long as is waited for one. */
    WAITED
  }

  /** The dialect that a JDBC URL speaks. */
  static Dialect of(String url) {
    if (url.startsWith("jdbc:h2:")) {
      return new H2(url.startsWith("jdbc:h2:mem:"));
    }
    if (url.startsWith("jdbc:postgresql:")) {
      return new Postgres();
    }
    throw new IllegalArgumentException(
        "the allocator keeps its data in H2 or PostgreSQL, not in " + url);
  }

  /**
   * H2 in a file or in memory. Its commit returns before the data is on disk, and WRITE_DELAY=0
   * does not change that (seen: thousands of acknowledged commits lost at a kill), so one has to
   * ask.
   *
   * @param inMemory whether the database ends with its last connection
   */
  record H2(boolean inMemory) implements Dialect {

    private static final int LOCK_TIMEOUT = 50_200;
    private static final int TAKEN = 90_020;
    private static final Set<Integer> LOST =
        // A deadlock, a row that was changed meanwhile, a key that was taken.
        Set.of(40_001, 90_131, 23_505);

    @Override
    public Optional<String> onConnect() {
      return Optional.empty();
    }

    @Override
    public Optional<String> makeDurable() {
      return inMemory ? Optional.empty() : Optional.of("CHECKPOINT SYNC");
    }

    @Override
    public Optional<String> onClose() {
      return Optional.of("SET DB_CLOSE_DELAY 0");
    }

    @Override
    public Map<String, String> driverSettings() {
      return Map.of();
    }

    @Override
    public Map<String, String> impatientProperties() {
      return Map.of();
    }

    @Override
    public Map<String, String> patientProperties() {
      return Map.of();
    }

    @Override
    public Optional<String> listen() {
      return Optional.empty();
    }

    @Override
    public Optional<String> planEach() {
      return Optional.empty();
    }

    @Override
    public Optional<String> tell() {
      return Optional.empty();
    }

    @Override
    public String now() {
      return "SELECT CURRENT_TIMESTAMP(6)";
    }

    @Override
    public Optional<String> lockSchema() {
      return Optional.empty();
    }

    @Override
    public Optional<String> others() {
      return Optional.empty();
    }

    @Override
    public boolean isTaken(SQLException failure) {
      return failure.getErrorCode() == TAKEN;
    }

    @Override
    public boolean isAnswer(SQLException failure) {
      return false;
    }

    @Override
    public Race raceOf(SQLException failure) {
      if (failure.getErrorCode() == LOCK_TIMEOUT) {
        return Race.WAITED;
      }
      return LOST.contains(failure.getErrorCode()) ? Race.LOST : Race.NONE;
    }
  }

  /** PostgreSQL, which a careless operator may have told not to wait for the disk. */
  record Postgres() implements Dialect {

    private static final String APPLICATION = "ostler";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Set<String> LOST =
        // A deadlock, a serialisation failure, a key that was taken.
        Set.of("40P01", "40001", "23505");

    /**
     * Each bound is shorter than the one around it: a lock, then a statement (the longest is a
     * report), then the socket. The others are for the server, so that an allocator that is cut off
     * or dies in a transaction does not hold its rows for hours.
     */
    @Override
    public Optional<String> onConnect() {
      return Optional.of(
          "SET synchronous_commit = on; SET lock_timeout = '3s'; SET statement_timeout = '60s';"
              + " SET idle_in_transaction_session_timeout = '10s'; SET tcp_user_timeout = '10s';"
              + " SET tcp_keepalives_idle = '5s'; SET tcp_keepalives_interval = '2s';"
              + " SET tcp_keepalives_count = 3");
    }

    @Override
    public Optional<String> makeDurable() {
      return Optional.empty();
    }

    @Override
    public Optional<String> onClose() {
      return Optional.empty();
    }

    @Override
    public Map<String, String> driverSettings() {
      return properties("65");
    }

    @Override
    public Map<String, String> impatientProperties() {
      return properties("3");
    }

    @Override
    public Map<String, String> patientProperties() {
      return properties("0");
    }

    /** Times are in seconds; 0 is without an end. */
    private static Map<String, String> properties(String socketTimeout) {
      return Map.of(
          "ApplicationName", APPLICATION,
          "tcpKeepAlive", "true",
          "reWriteBatchedInserts", "true",
          "connectTimeout", "3",
          "loginTimeout", "3",
          "cancelSignalTimeout", "3",
          "socketTimeout", socketTimeout);
    }

    @Override
    public Optional<String> listen() {
      return Optional.of("LISTEN ostler_revision");
    }

    /**
     * What was run often on one connection gets a plan for any values, which takes every stretch of
     * time for a short one, and goes through millions of rows one by one along an index.
     */
    @Override
    public Optional<String> planEach() {
      return Optional.of("SET LOCAL plan_cache_mode = force_custom_plan");
    }

    /** A wake-up that a power cut takes back is made good by polling, so the disk need not wait. */
    @Override
    public Optional<String> tell() {
      return Optional.of(
          "SELECT set_config('synchronous_commit', 'off', true) || pg_notify('ostler_revision',"
              + " ?)");
    }

    @Override
    public String now() {
      return "SELECT clock_timestamp()";
    }

    @Override
    public Optional<String> lockSchema() {
      return Optional.of("SET lock_timeout = '120s'; SELECT pg_advisory_lock(7878)");
    }

    @Override
    public Optional<String> others() {
      return Optional.of(
          "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
              + " AND application_name = '"
              + APPLICATION
              + "' AND pid <> pg_backend_pid()");
    }

    @Override
    public boolean isTaken(SQLException failure) {
      return false;
    }

    /** It has no connection left, or does not like our name. */
    @Override
    public boolean isAnswer(SQLException failure) {
      String state = failure.getSQLState();
      return state != null && (state.startsWith("53") || state.startsWith("28"));
    }

    @Override
    public Race raceOf(SQLException failure) {
      String state = failure.getSQLState();
      if (state == null) {
        // The failure is the pool's, and the database does not know of it.
        return Race.NONE;
      }
      if (state.equals(LOCK_NOT_AVAILABLE)) {
        return Race.WAITED;
      }
      return LOST.contains(state) ? Race.LOST : Race.NONE;
    }
  }
}
