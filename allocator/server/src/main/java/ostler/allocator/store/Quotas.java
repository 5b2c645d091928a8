package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Claim;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.ResourceKey;
import ostler.inventory.ClaimId;
import ostler.inventory.ProjectId;

/** The limits' rows, with their counters; and what each claim was charged. */
public final class Quotas {

  private final JdbcClient sql;

  public Quotas(JdbcClient sql) {
    this.sql = sql;
  }

  public List<Quota> of(ProjectId project) {
    return sql.sql("SELECT * FROM quota WHERE project_id = ? ORDER BY resource_key")
        .param(project.value())
        .query(Quotas::read)
        .list();
  }

  Quota find(ProjectId project, ResourceKey key) {
    return sql.sql("SELECT * FROM quota WHERE project_id = ? AND resource_key = ?")
        .params(project.value(), key.value())
        .query(Quotas::read)
        .optional()
        .orElse(Quota.unset(project, key));
  }

  void setLimit(ProjectId project, ResourceKey key, Optional<Long> limit) {
    int updated =
        sql.sql("UPDATE quota SET limit_count = ? WHERE project_id = ? AND resource_key = ?")
            .param(Columns.orNull(limit))
            .param(project.value())
            .param(key.value())
            .update();
    if (updated == 0) {
      sql.sql(
              "INSERT INTO quota (project_id, resource_key, limit_count, used_count)"
                  + " VALUES (?, ?, ?, 0)")
          .param(project.value())
          .param(key.value())
          .param(Columns.orNull(limit))
          .update();
    }
  }

  /** Charges a claim, or changes nothing where the limit would be exceeded. */
  boolean charge(Claim claim, ResourceKey key) {
    int updated =
        sql.sql(
                "UPDATE quota SET used_count = used_count + :count WHERE project_id = :project"
                    + " AND resource_key = :key AND used_count + :count <= limit_count")
            .param("count", (long) claim.count())
            .param("project", claim.project().value())
            .param("key", key.value())
            .update();
    if (updated == 0) {
      return false;
    }
    sql.sql(
            "INSERT INTO claim_charge (claim_id, project_id, resource_key, amount)"
                + " VALUES (?, ?, ?, ?)")
        .params(claim.id().value(), claim.project().value(), key.value(), (long) claim.count())
        .update();
    return true;
  }

  /** Gives back exactly what the claim was charged, whatever its alias means today. */
  void giveBack(ClaimId claim) {
    sql.sql(
            "SELECT project_id, resource_key, amount FROM claim_charge WHERE claim_id = ?"
                + " ORDER BY project_id, resource_key")
        .param(claim.value())
        .query((rs, n) -> new Object[] {rs.getLong(3), rs.getString(1), rs.getString(2)})
        .list()
        .forEach(
            charge ->
                sql.sql(
                        "UPDATE quota SET used_count = used_count - ? WHERE project_id = ?"
                            + " AND resource_key = ?")
                    .params(charge)
                    .update());
    sql.sql("DELETE FROM claim_charge WHERE claim_id = ?").param(claim.value()).update();
  }

  private static Quota read(ResultSet rs, int number) throws SQLException {
    Columns row = new Columns(rs);
    return new Quota(
        new ProjectId(row.text("project_id")),
        new ResourceKey(row.text("resource_key")),
        row.optionalNumber("limit_count"),
        row.number("used_count"));
  }
}
