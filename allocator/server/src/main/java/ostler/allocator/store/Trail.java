package ostler.allocator.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Origin;
import ostler.inventory.ProjectId;

/** What was done, by whom and why; and the stream of what changed. Rows are only ever added. */
public final class Trail {

  static final int MAX_ACTOR_CHARS = 256;

  private static final int MAX_REASON_CHARS = 1024;
  private static final int MAX_DETAIL_CHARS = 4096;
  private static final String DONE = "done";

  private final JdbcClient sql;
  private final Batches batches;

  Trail(JdbcClient sql, Batches batches) {
    this.sql = sql;
    this.batches = batches;
  }

  /** A line of the audit to be written. */
  record Line(Origin origin, String action, String object, String outcome, String detail) {
    static Line done(Origin origin, String action, String object, String detail) {
      return new Line(origin, action, object, DONE, detail);
    }
  }

  /** A change to be told. */
  record News(Instant at, String kind, String object, Optional<ProjectId> project, String detail) {}

  /** One line of the audit. */
  public record Entry(
      long id,
      Instant at,
      String actor,
      String action,
      String object,
      String outcome,
      String reason,
      String requestId,
      String detail) {}

  /** One change, as the stream of events shows it. */
  public record Event(
      long id,
      Instant at,
      String kind,
      String object,
      Optional<ProjectId> project,
      String detail) {}

  void done(Origin origin, Instant at, String action, String object, String detail) {
    record(origin, at, action, object, DONE, detail);
  }

  /**
   * @param outcome {@code done}, or the code of a refusal
   */
  void record(
      Origin origin, Instant at, String action, String object, String outcome, String detail) {
    record(at, List.of(new Line(origin, action, object, outcome, detail)));
  }

  void record(Instant at, List<Line> lines) {
    batches.insert(
        "INSERT INTO audit (recorded_at, actor, verb, target, outcome, reason, request_id, detail)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        lines.stream()
            .map(
                line ->
                    new Object[] {
                      Columns.time(at),
                      Columns.bounded(line.origin().actor(), MAX_ACTOR_CHARS),
                      line.action(),
                      line.object(),
                      line.outcome(),
                      Columns.bounded(line.origin().reason(), MAX_REASON_CHARS),
                      line.origin().requestId(),
                      Columns.bounded(line.detail(), MAX_DETAIL_CHARS)
                    })
            .toList());
  }

  void event(Instant at, String kind, String object, Optional<ProjectId> project, String detail) {
    tell(List.of(new News(at, kind, object, project, detail)));
  }

  void tell(List<News> all) {
    batches.insert(
        "INSERT INTO event (recorded_at, kind, target, project_id, detail) VALUES (?, ?, ?, ?, ?)",
        all.stream()
            .map(
                news ->
                    new Object[] {
                      Columns.time(news.at()),
                      news.kind(),
                      news.object(),
                      Columns.orNull(news.project().map(ProjectId::value)),
                      Columns.bounded(news.detail(), MAX_DETAIL_CHARS)
                    })
            .toList());
  }

  /** The audit from the newest on, before an id. */
  public List<Entry> entriesBefore(long id, int limit) {
    return sql.sql("SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?")
        .params(id, limit)
        .query(
            (rs, n) -> {
              Columns row = new Columns(rs);
              return new Entry(
                  row.number("id"),
                  row.time("recorded_at"),
                  row.text("actor"),
                  row.text("verb"),
                  row.text("target"),
                  row.text("outcome"),
                  row.text("reason"),
                  row.text("request_id"),
                  row.text("detail"));
            })
        .list();
  }

  /** Events in order, after an id. */
  public List<Event> eventsAfter(long id, int limit) {
    return sql.sql("SELECT * FROM event WHERE id > ? ORDER BY id LIMIT ?")
        .params(id, limit)
        .query(
            (rs, n) -> {
              Columns row = new Columns(rs);
              return new Event(
                  row.number("id"),
                  row.time("recorded_at"),
                  row.text("kind"),
                  row.text("target"),
                  row.text("project_id", ProjectId::new),
                  row.text("detail"));
            })
        .list();
  }

  /** The newest event's id, 0 where there is none. */
  public long newestEvent() {
    return sql.sql("SELECT COALESCE(MAX(id), 0) FROM event").query(Long.class).single();
  }

  /** Removes events from before a time; the audit stays. */
  void forgetEventsBefore(Instant time) {
    sql.sql("DELETE FROM event WHERE recorded_at < ?").param(Columns.time(time)).update();
  }
}
