package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Hold;
import ostler.allocator.engine.HoldId;
import ostler.allocator.engine.HoldRequest;
import ostler.allocator.engine.HoldState;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Where;
import ostler.allocator.quota.ResourceKey;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.ProjectId;

/** The holds' rows, and what they were charged. */
public final class Holds {

  /** As long as the names of a handful of hosts are. */
  private static final int MAX_FEW_HOSTS_CHARS = 1024;

  private static final int MAX_PROMISES = 1000;

  private final JdbcClient sql;
  private final Batches batches;

  Holds(JdbcClient sql, Batches batches) {
    this.sql = sql;
    this.batches = batches;
  }

  public Optional<Hold> find(HoldId id) {
    return select("WHERE id = :id", Map.of("id", id.value())).stream().findFirst();
  }

  /** As {@link #find}, and keeps everybody else from changing it meanwhile. */
  Optional<Hold> lock(HoldId id) {
    return select("WHERE id = :id FOR UPDATE", Map.of("id", id.value())).stream().findFirst();
  }

  /** Holds in order of id, after one; what is absent is free. */
  public List<Hold> list(
      Optional<ProjectId> project, Optional<HoldState> state, UUID after, int limit) {
    StringBuilder where = new StringBuilder("WHERE id > :after");
    Map<String, Object> params = new HashMap<>();
    params.put("after", after);
    project.ifPresent(id -> Columns.and(where, params, "project_id", id.value()));
    state.ifPresent(wanted -> Columns.and(where, params, "state", wanted.name()));
    params.put("limit", limit);
    return select(where + " ORDER BY id LIMIT :limit", params);
  }

  /** Holds whose deadline has passed and that nobody is busy with, locked. */
  List<Hold> lockDue(Instant now, int limit) {
    List<UUID> due =
        sql.sql(
                "SELECT id FROM hold WHERE state = 'HELD' AND expires_at <= ?"
                    + " ORDER BY expires_at, id LIMIT ?")
            .params(Columns.time(now), limit)
            .query(UUID.class)
            .list();
    if (due.isEmpty()) {
      return List.of();
    }
    return select(
        "WHERE id IN (:ids) AND state = 'HELD' ORDER BY id FOR UPDATE SKIP LOCKED",
        Map.of("ids", Batches.padded(due)));
  }

  /** The promises that are still good. */
  List<Hold> live(Instant now) {
    return select(
        "WHERE state = 'HELD' AND expires_at > :now ORDER BY id", Map.of("now", Columns.time(now)));
  }

  /** The promise to a consumer that is still good, the newest where there are several. */
  Optional<Hold> liveOf(Consumer consumer, Instant now) {
    return select(
            "WHERE consumer_id = :id AND consumer_source = :source AND consumer_type = :type"
                + " AND state = 'HELD' AND expires_at > :now ORDER BY created_at DESC, id LIMIT 1",
            Map.of(
                "id", consumer.id(),
                "source", consumer.source(),
                "type", consumer.type(),
                "now", Columns.time(now)))
        .stream()
        .findFirst();
  }

  /**
   * The hosts that good promises name, each with the hold that does. One that names many hosts can
   * be kept on any of them, so it keeps nobody away.
   */
  Map<HoldId, Where> promised(Instant now) {
    Map<HoldId, Where> promised = new HashMap<>();
    sql.sql(
            "SELECT id, asked_hosts FROM hold WHERE state = 'HELD' AND expires_at > ?"
                + " AND asked_hosts IS NOT NULL AND CHAR_LENGTH(asked_hosts) <= ? LIMIT ?")
        .params(Columns.time(now), MAX_FEW_HOSTS_CHARS, MAX_PROMISES)
        .query(
            rs -> {
              promised.put(new HoldId(rs.getObject(1, UUID.class)), Columns.where(rs.getString(2)));
            });
    return promised;
  }

  void add(Hold hold) {
    HoldRequest request = hold.request();
    batches.insert(
        "INSERT INTO hold (id, project_id, asked_hosts, consumer_source, consumer_type,"
            + " consumer_id, state, ttl_s, created_by, created_at, expires_at)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        List.<Object[]>of(
            new Object[] {
              request.id().value(),
              request.project().value(),
              Columns.hosts(request.where()),
              request.consumer().source(),
              request.consumer().type(),
              request.consumer().id(),
              hold.state().name(),
              (int) request.ttl().toSeconds(),
              Columns.bounded(hold.createdBy(), Trail.MAX_ACTOR_CHARS),
              Columns.time(hold.created()),
              Columns.time(hold.expires())
            }));
    List<Object[]> parts = new ArrayList<>();
    for (Part part : request.parts()) {
      parts.add(
          new Object[] {request.id().value(), parts.size(), part.alias().value(), part.count()});
    }
    batches.insert(
        "INSERT INTO hold_part (hold_id, position, alias, unit_count) VALUES (?, ?, ?, ?)", parts);
  }

  void end(Collection<Hold> ended) {
    batches.update(
        "UPDATE hold SET state = ?, claim_id = ?, ended_at = ? WHERE id = ?",
        ended.stream()
            .map(
                hold ->
                    new Object[] {
                      hold.state().name(),
                      Columns.orNull(hold.claim().map(ClaimId::value)),
                      Columns.orNull(hold.ended().map(Columns::time)),
                      hold.id().value()
                    })
            .toList());
  }

  /** Takes a hold away that another one takes the place of. */
  void delete(HoldId id) {
    for (String table :
        List.of("hold_charge WHERE hold_id", "hold_part WHERE hold_id", "hold WHERE id")) {
      sql.sql("DELETE FROM " + table + " = ?").param(id.value()).update();
    }
  }

  void record(Hold hold, SortedMap<ResourceKey, Long> amounts) {
    List<Object[]> rows = new ArrayList<>();
    amounts.forEach(
        (key, amount) ->
            rows.add(
                new Object[] {
                  hold.id().value(), hold.request().project().value(), key.value(), amount
                }));
    batches.insert(
        "INSERT INTO hold_charge (hold_id, project_id, resource_key, amount) VALUES (?, ?, ?, ?)",
        rows);
  }

  /** What a hold is charged. */
  SortedMap<ResourceKey, Long> charged(HoldId id) {
    SortedMap<ResourceKey, Long> amounts = new TreeMap<>();
    sql.sql("SELECT resource_key, amount FROM hold_charge WHERE hold_id = ?")
        .param(id.value())
        .query(
            rs -> {
              amounts.put(new ResourceKey(rs.getString(1)), rs.getLong(2));
            });
    return amounts;
  }

  void forgetCharge(HoldId id) {
    sql.sql("DELETE FROM hold_charge WHERE hold_id = ?").param(id.value()).update();
  }

  private List<Hold> select(String where, Map<String, Object> params) {
    List<Row> rows = sql.sql("SELECT * FROM hold " + where).params(params).query(Row::read).list();
    if (rows.isEmpty()) {
      return List.of();
    }
    Map<HoldId, TreeMap<Integer, Part>> parts = new HashMap<>();
    sql.sql("SELECT hold_id, position, alias, unit_count FROM hold_part WHERE hold_id IN (:ids)")
        .param("ids", Batches.padded(rows.stream().map(row -> row.id().value()).toList()))
        .query(
            rs -> {
              parts
                  .computeIfAbsent(new HoldId(rs.getObject(1, UUID.class)), id -> new TreeMap<>())
                  .put(rs.getInt(2), new Part(new AliasName(rs.getString(3)), rs.getInt(4)));
            });
    return rows.stream()
        .map(row -> row.with().apply(List.copyOf(parts.get(row.id()).values())))
        .toList();
  }

  /** A hold's row, which becomes a hold with its parts. */
  private record Row(HoldId id, Function<List<Part>, Hold> with) {

    static Row read(ResultSet rs, int number) throws SQLException {
      Columns row = new Columns(rs);
      HoldId id = new HoldId(row.uuid("id"));
      ProjectId project = new ProjectId(row.text("project_id"));
      Where where = row.text("asked_hosts", Columns::where).orElse(Where.ANYWHERE);
      Consumer consumer =
          new Consumer(
              row.text("consumer_source"), row.text("consumer_type"), row.text("consumer_id"));
      Duration ttl = Duration.ofSeconds(row.number("ttl_s"));
      HoldState state = HoldState.valueOf(row.text("state"));
      Optional<ClaimId> claim = row.uuid("claim_id", ClaimId::new);
      String by = row.text("created_by");
      Instant created = row.time("created_at");
      Instant expires = row.time("expires_at");
      Optional<Instant> ended = row.optionalTime("ended_at");
      return new Row(
          id,
          parts ->
              new Hold(
                  new HoldRequest(id, project, parts, where, consumer, ttl),
                  state,
                  claim,
                  by,
                  created,
                  expires,
                  ended));
    }
  }
}
