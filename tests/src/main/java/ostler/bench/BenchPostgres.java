package ostler.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A real PostgreSQL of our own, which waits for the disk at each commit. */
final class BenchPostgres implements AutoCloseable {

  static final String USER = "postgres";

  private final EmbeddedPostgres server;

  private BenchPostgres(EmbeddedPostgres server) {
    this.server = server;
  }

  static BenchPostgres start() throws IOException {
    return new BenchPostgres(
        EmbeddedPostgres.builder()
            // The library turns both off by itself.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("shared_buffers", "512MB")
            .setServerConfig("max_wal_size", "2GB")
            // What it plans by is looked at each minute, and a whole run takes no longer.
            .setServerConfig("autovacuum_naptime", "2s")
            .start());
  }

  /** What the server says of itself, asked in the database that is measured. */
  record Settings(String version, String fsync, String synchronousCommit, String fullPageWrites) {
    boolean isDurable() {
      return fsync.equals("on") && synchronousCommit.equals("on");
    }
  }

  Settings settings(String database) throws SQLException {
    Map<String, String> shown = new LinkedHashMap<>();
    for (String name :
        List.of("server_version", "fsync", "synchronous_commit", "full_page_writes")) {
      shown.put(name, text(database, "SHOW " + name));
    }
    return new Settings(
        shown.get("server_version"),
        shown.get("fsync"),
        shown.get("synchronous_commit"),
        shown.get("full_page_writes"));
  }

  void create(String database) throws SQLException {
    run("postgres", "CREATE DATABASE " + database);
  }

  int port() {
    return server.getPort();
  }

  String jdbcUrl(String database) {
    return server.getJdbcUrl(USER, database);
  }

  void run(String database, String... statements) throws SQLException {
    try (Connection connection = open(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  String text(String database, String sql) throws SQLException {
    return texts(database, sql).get(0);
  }

  long number(String database, String sql) throws SQLException {
    return Long.parseLong(text(database, sql));
  }

  /** The first column of each row. */
  List<String> texts(String database, String sql) throws SQLException {
    try (Connection connection = open(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }

  private Connection open(String database) throws SQLException {
    return server.getDatabase(USER, database).getConnection();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
