package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import ostler.allocator.engine.Where;
import ostler.inventory.HostName;

/** One row's columns as values: what may be absent is optional, and times are instants. */
final class Columns {

  private static final String BETWEEN_HOSTS = " ";

  private final ResultSet row;

  Columns(ResultSet row) {
    this.row = row;
  }

  /** Narrows a statement to the rows where a column has a value. */
  static void and(StringBuilder where, Map<String, Object> params, String column, Object value) {
    where.append(" AND ").append(column).append(" = :").append(column);
    params.put(column, value);
  }

  /** How an instant goes into a statement. */
  static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /**
   * How a text from outside goes into a statement: cut to its column's length, though never between
   * the halves of one character, and without NUL, which PostgreSQL does not store.
   */
  static String bounded(String text, int maxChars) {
    String whole = text.replace('\0', '\uFFFD');
    if (whole.length() <= maxChars) {
      return whole;
    }
    boolean split = Character.isHighSurrogate(whole.charAt(maxChars - 1));
    return whole.substring(0, split ? maxChars - 1 : maxChars);
  }

  /** How hosts go into one column: in order, with a space between, and none where any will do. */
  static String hosts(Where where) {
    return where.isAnywhere()
        ? null
        : where.hosts().stream().map(HostName::value).collect(Collectors.joining(BETWEEN_HOSTS));
  }

  static Where where(String hosts) {
    return new Where(Arrays.stream(hosts.split(BETWEEN_HOSTS)).map(HostName::new).toList());
  }

  /** How an optional value goes into a statement. */
  static Object orNull(Optional<?> value) {
    return value.orElse(null);
  }

  String text(String name) throws SQLException {
    return row.getString(name);
  }

  <T> Optional<T> text(String name, Function<String, T> parse) throws SQLException {
    return Optional.ofNullable(row.getString(name)).map(parse);
  }

  UUID uuid(String name) throws SQLException {
    return row.getObject(name, UUID.class);
  }

  <T> Optional<T> uuid(String name, Function<UUID, T> parse) throws SQLException {
    return Optional.ofNullable(uuid(name)).map(parse);
  }

  Instant time(String name) throws SQLException {
    return row.getObject(name, OffsetDateTime.class).toInstant();
  }

  Optional<Instant> optionalTime(String name) throws SQLException {
    return Optional.ofNullable(row.getObject(name, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  long number(String name) throws SQLException {
    return row.getLong(name);
  }

  OptionalInt optionalInt(String name) throws SQLException {
    int value = row.getInt(name);
    return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(value);
  }

  Optional<Long> optionalNumber(String name) throws SQLException {
    long value = row.getLong(name);
    return row.wasNull() ? Optional.empty() : Optional.of(value);
  }

  boolean bool(String name) throws SQLException {
    return row.getBoolean(name);
  }
}
