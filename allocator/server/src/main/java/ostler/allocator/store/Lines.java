package ostler.allocator.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Opens the pool's connections and remembers them, so that all of them can be cut at once when the
 * database is gone: whoever waits on a silent network would otherwise wait as long as the longest
 * report may take.
 */
final class Lines extends DriverManagerDataSource {

  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  Lines(String url, Properties properties) {
    super(url, properties);
  }

  @Override
  protected Connection getConnectionFromDriver(Properties properties) throws SQLException {
    Connection connection = super.getConnectionFromDriver(properties);
    for (Connection known : List.copyOf(open)) {
      if (known.isClosed()) {
        open.remove(known);
      }
    }
    open.add(connection);
    return connection;
  }

  /** Ends every connection without a word to the other side. */
  void cut() throws SQLException {
    for (Connection connection : List.copyOf(open)) {
      connection.abort(Runnable::run);
      open.remove(connection);
    }
  }
}
