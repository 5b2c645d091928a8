package ostler.allocator.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Outcome;

/**
 * Work that comes again and again, and that any allocator may do. Nobody is the leader: whoever
 * gets a chore's row when it is due does it, and the others pass by.
 */
public final class Chores {

  private final JdbcClient sql;
  private final Desk desk;

  public Chores(JdbcClient sql, Desk desk) {
    this.sql = sql;
    this.desk = desk;
  }

  /** What there is to do; each has a row. */
  public enum Chore {
    FORGET_EVENTS,
    WATCH_ONE_TIME_USE
  }

  /**
   * Does a chore if it is due and nobody else is at it.
   *
   * @return whether it was done
   */
  public boolean doIfDue(Chore chore, Duration every, Runnable work) {
    // Where others were first again and again, it is due the next time.
    Outcome<Boolean> done =
        desk.transactions.write(
            () -> {
              Instant now = desk.clock.instant();
              boolean mine = due(chore).filter(due -> !due.isAfter(now)).isPresent();
              if (mine) {
                work.run();
                sql.sql("UPDATE chore SET due_at = ? WHERE name = ?")
                    .params(Columns.time(now.plus(every)), chore.name())
                    .update();
              }
              return Outcome.done(mine);
            });
    return done instanceof Outcome.Done<Boolean> known && known.value();
  }

  private Optional<Instant> due(Chore chore) {
    return sql.sql("SELECT due_at FROM chore WHERE name = ? FOR UPDATE SKIP LOCKED")
        .param(chore.name())
        .query((rs, n) -> new Columns(rs).time("due_at"))
        .optional();
  }
}
