package ostler.allocator.store;

import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.accounting.ledger.Occupancy;
import ostler.accounting.ledger.Occupancy.Charge;
import ostler.accounting.ledger.OpenInterval;
import ostler.accounting.ledger.Segment;
import ostler.inventory.ClaimId;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;

/** The rows of the usage ledger: one open interval a unit, and segments that never change. */
final class Ledger {

  private final JdbcClient sql;

  Ledger(JdbcClient sql) {
    this.sql = sql;
  }

  /** Begins a unit's time. */
  void open(OpenInterval first) {
    sql.sql(
            "INSERT INTO usage_current (state, claim_id, project_id, alias, started_at, unit_id)"
                + " VALUES (?, ?, ?, ?, ?, ?)")
        .params(values(first))
        .update();
  }

  /** Ends what the unit's time went to, and begins what it goes to now. */
  void become(UnitId unit, Occupancy next, Instant at) {
    OpenInterval.Closed closed = current(unit).become(next, at);
    closed.segment().ifPresent(this::append);
    sql.sql(
            "UPDATE usage_current SET state = ?, claim_id = ?, project_id = ?, alias = ?,"
                + " started_at = ? WHERE unit_id = ?")
        .params(values(closed.next()))
        .update();
  }

  OpenInterval current(UnitId unit) {
    return sql.sql("SELECT * FROM usage_current WHERE unit_id = ?")
        .param(unit.value())
        .query(
            (rs, n) -> {
              Columns row = new Columns(rs);
              Optional<ProjectId> project = row.text("project_id", ProjectId::new);
              String alias = row.text("alias");
              Optional<Charge> charge =
                  row.uuid("claim_id", ClaimId::new)
                      .map(claim -> new Charge(claim, project.orElseThrow(), alias));
              return new OpenInterval(
                  unit, new Occupancy(row.text("state"), charge), row.time("started_at"));
            })
        .single();
  }

  private void append(Segment segment) {
    Optional<Charge> charge = segment.occupancy().charge();
    sql.sql(
            "INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id,"
                + " alias) VALUES (?, ?, ?, ?, ?, ?, ?)")
        .param(segment.unit().value())
        .param(Columns.time(segment.from()))
        .param(Columns.time(segment.to()))
        .param(segment.occupancy().state())
        .param(Columns.orNull(charge.map(c -> c.claim().value())))
        .param(Columns.orNull(charge.map(c -> c.project().value())))
        .param(Columns.orNull(charge.map(Charge::alias)))
        .update();
  }

  private static Object[] values(OpenInterval interval) {
    Optional<Charge> charge = interval.occupancy().charge();
    return new Object[] {
      interval.occupancy().state(),
      Columns.orNull(charge.map(c -> c.claim().value())),
      Columns.orNull(charge.map(c -> c.project().value())),
      Columns.orNull(charge.map(Charge::alias)),
      Columns.time(interval.since()),
      interval.unit().value()
    };
  }
}
