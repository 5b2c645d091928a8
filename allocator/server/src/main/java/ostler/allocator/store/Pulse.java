package ostler.allocator.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection beside the pool, on which the allocator hears three things of its database: that it
 * is there, what time it has, and what other allocators have ordered.
 */
public final class Pulse implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);

  private static final Duration BEAT = Duration.ofSeconds(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(5);

  private final Database database;
  private final RevisionSignal signal;
  private final Herald herald;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean alive = true;
  private volatile Thread listener;

  /**
   * @param herald whose own words are not listened to
   */
  public Pulse(Database database, RevisionSignal signal, Herald herald) {
    this.database = database;
    this.signal = signal;
    this.herald = herald;
  }

  /** Begins to listen, on a thread of its own. */
  public Pulse start(ThreadFactory threads) {
    listener = threads.newThread(this::run);
    listener.start();
    return this;
  }

  /**
   * Whether the database answers. A connection that was cut off and could be made anew at once does
   * not count as death.
   */
  public boolean isAlive() {
    return alive;
  }

  /** Returns when the connection is closed: an embedded database ends with its last one. */
  @Override
  public void close() {
    closing.countDown();
    try {
      listener.join(CLOSED_WITHIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Duration pause = Duration.ZERO;
    while (!isClosingWithin(pause)) {
      boolean connected = false;
      try (Connection connection = database.connectAside()) {
        database.listen(connection);
        connected = true;
        revive();
        beatUntilClosed(connection);
      } catch (SQLException e) {
        pause = connected ? Duration.ZERO : longer(pause);
        if (!connected && !database.isAnswer(e)) {
          die(e);
        }
      }
    }
  }

  private void beatUntilClosed(Connection connection) throws SQLException {
    while (!isClosingWithin(Duration.ZERO)) {
      database.look(connection);
      if (connection.isWrapperFor(PGConnection.class)) {
        hear(connection.unwrap(PGConnection.class));
      } else if (isClosingWithin(BEAT)) {
        return;
      }
    }
  }

  private void hear(PGConnection connection) throws SQLException {
    PGNotification[] heard = connection.getNotifications((int) BEAT.toMillis());
    if (heard != null) {
      Arrays.stream(heard)
          .map(PGNotification::getParameter)
          .flatMap(herald::hostsOf)
          .distinct()
          .forEach(signal::hear);
    }
  }

  /** What was said while nobody listened is lost, so everybody looks for themselves. */
  private void revive() {
    if (!alive) {
      LOG.warn("the database answers again");
    }
    alive = true;
    signal.doubt();
  }

  private void die(SQLException e) {
    if (!alive) {
      return;
    }
    LOG.error("the database does not answer, and every call is refused: {}", e.getMessage());
    alive = false;
    try {
      database.cut();
    } catch (SQLException stuck) {
      LOG.warn("a dead connection could not be ended: {}", stuck.getMessage());
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  private boolean isClosingWithin(Duration time) {
    try {
      return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
