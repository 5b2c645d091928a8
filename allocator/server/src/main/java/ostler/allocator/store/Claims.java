package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimState;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;

/** The claims' rows. */
public final class Claims {

  private final JdbcClient sql;

  public Claims(JdbcClient sql) {
    this.sql = sql;
  }

  public Optional<Claim> find(ClaimId id) {
    return sql.sql("SELECT * FROM claim WHERE id = ?")
        .param(id.value())
        .query(Claims::read)
        .optional();
  }

  /** Claims in order of id, after one; what is absent is free. */
  public List<Claim> list(
      Optional<ProjectId> project, Optional<ClaimState> state, UUID after, int limit) {
    StringBuilder where = new StringBuilder("WHERE id > :after");
    Map<String, Object> params = new HashMap<>();
    params.put("after", after);
    project.ifPresent(
        id -> {
          where.append(" AND project_id = :project");
          params.put("project", id.value());
        });
    state.ifPresent(
        wanted -> {
          where.append(" AND state = :state");
          params.put("state", wanted.name());
        });
    params.put("limit", limit);
    return sql.sql("SELECT * FROM claim " + where + " ORDER BY id LIMIT :limit")
        .params(params)
        .query(Claims::read)
        .list();
  }

  void add(Claim claim, List<UnitId> units) {
    sql.sql(
            "INSERT INTO claim (id, project_id, alias, unit_count, asked_host, host,"
                + " consumer_source, consumer_type, consumer_id, state, adopted, created_by,"
                + " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .param(claim.id().value())
        .param(claim.project().value())
        .param(claim.alias().value())
        .param(claim.count())
        .param(Columns.orNull(claim.askedHost().map(HostName::value)))
        .param(claim.host().value())
        .param(claim.consumer().source())
        .param(claim.consumer().type())
        .param(claim.consumer().id())
        .param(claim.state().name())
        .param(claim.adopted())
        .param(Columns.bounded(claim.createdBy(), Trail.MAX_ACTOR_CHARS))
        .param(Columns.time(claim.created()))
        .update();
    units.forEach(
        unit ->
            sql.sql("INSERT INTO claim_unit (claim_id, unit_id) VALUES (?, ?)")
                .params(claim.id().value(), unit.value())
                .update());
  }

  void saveState(ClaimId id, ClaimState state, Optional<Instant> released) {
    sql.sql("UPDATE claim SET state = ?, released_at = ? WHERE id = ?")
        .param(state.name())
        .param(Columns.orNull(released.map(Columns::time)))
        .param(id.value())
        .update();
  }

  private static Claim read(ResultSet rs, int number) throws SQLException {
    Columns row = new Columns(rs);
    return new Claim(
        new ClaimId(row.uuid("id")),
        new ProjectId(row.text("project_id")),
        new AliasName(row.text("alias")),
        (int) row.number("unit_count"),
        row.text("asked_host", HostName::new),
        new HostName(row.text("host")),
        new Consumer(
            row.text("consumer_source"), row.text("consumer_type"), row.text("consumer_id")),
        ClaimState.valueOf(row.text("state")),
        row.bool("adopted"),
        row.text("created_by"),
        row.time("created_at"),
        row.optionalTime("released_at"));
  }
}
