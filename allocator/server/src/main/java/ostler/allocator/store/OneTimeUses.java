package ostler.allocator.store;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.inventory.UnitId;

/** Devices of one-time use that are on their way back to Placement: a row for each. */
final class OneTimeUses {

  private final JdbcClient sql;

  OneTimeUses(JdbcClient sql) {
    this.sql = sql;
  }

  /**
   * One that was seen used no more.
   *
   * @param seen when; only a wipe that ended later counts
   * @param generation that the provider had when it was last seen so; every change of it raises
   *     that
   */
  record Row(UUID provider, UnitId unit, Instant seen, long generation) {}

  Set<UUID> providers() {
    return new HashSet<>(
        sql.sql("SELECT provider FROM one_time_use")
            .query((rs, n) -> new Columns(rs).uuid("provider"))
            .list());
  }

  Optional<Row> find(UUID provider) {
    return sql.sql("SELECT * FROM one_time_use WHERE provider = ?")
        .param(provider)
        .query(
            (rs, n) -> {
              Columns row = new Columns(rs);
              return new Row(
                  row.uuid("provider"),
                  new UnitId(row.uuid("unit_id")),
                  row.time("seen_at"),
                  row.number("generation"));
            })
        .optional();
  }

  void add(Row row) {
    sql.sql("INSERT INTO one_time_use (provider, unit_id, seen_at, generation) VALUES (?, ?, ?, ?)")
        .params(row.provider(), row.unit().value(), Columns.time(row.seen()), row.generation())
        .update();
  }

  void seeAgain(UUID provider, long generation) {
    sql.sql("UPDATE one_time_use SET generation = ? WHERE provider = ?")
        .params(generation, provider)
        .update();
  }

  void remove(UUID provider) {
    sql.sql("DELETE FROM one_time_use WHERE provider = ?").param(provider).update();
  }
}
