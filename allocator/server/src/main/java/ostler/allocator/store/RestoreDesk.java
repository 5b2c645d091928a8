package ostler.allocator.store;

import java.time.Duration;
import java.time.Instant;
import ostler.allocator.engine.Aftermath;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;

/** Marks a database as restored, before any allocator works with it again. */
public final class RestoreDesk {

  /** More than allocators' clocks are apart, of one too whose machine stood still for a while. */
  private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

  private final Desk desk;

  public RestoreDesk(Desk desk) {
    this.desk = desk;
  }

  /**
   * Raises every host's epoch, so that its orders win over all that were given after the backup,
   * and lets nothing of a host be granted until it has reported.
   *
   * @param epochSeen the highest epoch that is known to have been given out elsewhere, or 0
   * @return how many hosts have to report
   */
  public Outcome<Integer> mark(long epochSeen, Origin origin) {
    return desk.transactions.write(
        () -> {
          Instant now = desk.clock.instant();
          Instant silent = now.minus(Host.SILENT_AFTER).minus(CLOCKS_APART);
          int hosts = desk.hosts.markRestored(epochSeen, Aftermath.REVISIONS_AHEAD, silent);
          desk.trail.done(
              origin, now, "database.restored", "database", hosts + " hosts have to report");
          return Outcome.done(hosts);
        });
  }
}
