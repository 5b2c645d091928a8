package ostler.simulation;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** An allocator's connections, with a gate that every statement and every commit goes through. */
final class WatchedSource extends AbstractDataSource implements AutoCloseable {

  private static final Set<Integer> LOCKED_BY_ANOTHER = Set.of(50200, 90131, 40001);

  private final MemoryDatabase database;
  private final Gate gate;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Deque<Connection> all = new ArrayDeque<>();

  WatchedSource(MemoryDatabase database, Gate gate) {
    this.database = database;
    this.gate = gate;
  }

  /** What stands between an allocator and its database. */
  abstract static class Gate {

    /** The statement that is really made for one. */
    abstract String rewrite(String sql);

    /** Before a statement; may throw as if the connection were cut. */
    abstract void before(String sql) throws SQLException;

    /** Somebody else has a row that the statement wants; returns when it is worth trying again. */
    abstract void locked(String sql, SQLException refusal) throws SQLException;

    abstract void beforeCommit() throws SQLException;

    abstract void committed() throws SQLException;

    abstract void rolledBack();

    abstract void inTransaction(boolean open);
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection real = idle.isEmpty() ? database.connect() : idle.pop();
    if (!all.contains(real)) {
      all.push(real);
    }
    return wrap(Connection.class, new Session(real));
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public void close() throws SQLException {
    for (Connection real : all) {
      real.close();
    }
  }

  /** One borrowed connection. */
  private final class Session implements InvocationHandler {

    private final Connection real;

    Session(Connection real) {
      this.real = real;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      switch (method.getName()) {
        case "prepareStatement" -> {
          String sql = gate.rewrite((String) arguments[0]);
          arguments[0] = sql;
          return wrap(PreparedStatement.class, new Watched(call(method, real, arguments), sql));
        }
        case "createStatement" -> {
          return wrap(Statement.class, new Watched(call(method, real, arguments), ""));
        }
        case "setAutoCommit" -> gate.inTransaction(!(Boolean) arguments[0]);
        case "commit" -> {
          gate.beforeCommit();
          real.commit();
          gate.committed();
          return null;
        }
        case "rollback" -> {
          real.rollback();
          gate.rolledBack();
          return null;
        }
        case "close" -> {
          giveBack();
          return null;
        }
        default -> {
          return call(method, real, arguments);
        }
      }
      return call(method, real, arguments);
    }

    private void giveBack() throws SQLException {
      if (!real.getAutoCommit()) {
        real.rollback();
        real.setAutoCommit(true);
      }
      idle.push(real);
    }
  }

  /** One statement, whose text is known when it is prepared or when it is run. */
  private final class Watched implements InvocationHandler {

    private final Object real;
    private final String prepared;

    Watched(Object real, String prepared) {
      this.real = real;
      this.prepared = prepared;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      if (!method.getName().startsWith("execute")) {
        return call(method, real, arguments);
      }
      boolean named = arguments != null && arguments.length > 0 && arguments[0] instanceof String;
      if (named) {
        arguments[0] = gate.rewrite((String) arguments[0]);
      }
      String sql = named ? (String) arguments[0] : prepared;
      gate.before(sql);
      while (true) {
        try {
          return call(method, real, arguments);
        } catch (SQLException e) {
          if (!LOCKED_BY_ANOTHER.contains(e.getErrorCode())) {
            throw e;
          }
          gate.locked(sql, e);
        }
      }
    }
  }

  private static <T> T wrap(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            WatchedSource.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object call(Method method, Object on, Object[] arguments) throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
