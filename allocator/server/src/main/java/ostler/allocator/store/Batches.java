package ostler.allocator.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/** Runs one statement with many rows of values in one trip to the database. */
final class Batches {

  private final JdbcTemplate jdbc;

  Batches(DataSource source) {
    jdbc = new JdbcTemplate(source);
  }

  /** Runs a statement that has no values. */
  void run(String sql) {
    jdbc.execute(sql);
  }

  /** Adds rows; the driver may make one statement of them. */
  void insert(String sql, List<Object[]> rows) {
    run(sql, rows);
  }

  /**
   * Changes rows.
   *
   * @return how many were changed by each row of values
   */
  int[] update(String sql, List<Object[]> rows) {
    return run(sql, rows);
  }

  /**
   * The same values, the last one repeated until there are a power of two of them: statements with
   * lists are prepared by their length, and so there are few lengths.
   *
   * @throws IllegalArgumentException if there is no value: H2 takes an empty list and PostgreSQL
   *     does not, so that whoever may have none must not ask
   */
  static <T> List<T> padded(List<T> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a list in a statement has a value");
    }
    List<T> padded = new ArrayList<>(values);
    while (Integer.bitCount(padded.size()) > 1) {
      padded.add(values.get(values.size() - 1));
    }
    return padded;
  }

  private int[] run(String sql, List<Object[]> rows) {
    if (rows.isEmpty()) {
      return new int[0];
    }
    return jdbc.execute((ConnectionCallback<int[]>) connection -> run(connection, sql, rows));
  }

  private static int[] run(Connection connection, String sql, List<Object[]> rows)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Object[] row : rows) {
        for (int i = 0; i < row.length; i++) {
          if (row[i] == null) {
            statement.setNull(i + 1, Types.NULL);
          } else {
            statement.setObject(i + 1, row[i]);
          }
        }
        statement.addBatch();
      }
      return statement.executeBatch();
    }
  }
}
