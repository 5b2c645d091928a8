package ostler.allocator.engine.placement;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import ostler.allocator.engine.Availability;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.HostStanding;
import ostler.allocator.engine.Reason;
import ostler.inventory.HostName;
import ostler.inventory.NumaNode;

/** One host and its units, as placement sees them. */
public final class HostUnits {

  private static final long NEVER = Long.MIN_VALUE;

  private final HostStanding standing;
  private final boolean barred;
  private final long lastSeenMillis;
  private final Pools pools;

  private HostUnits(HostStanding standing, Optional<Instant> lastSeen, Pools pools) {
    this.standing = Objects.requireNonNull(standing);
    this.barred = Availability.objection(standing).isPresent();
    this.lastSeenMillis = lastSeen.map(Instant::toEpochMilli).orElse(NEVER);
    this.pools = pools;
  }

  /**
   * Draws a host.
   *
   * @param standing without regard to silence, which comes with time
   * @param lastSeen when its agent last reported, absent where it never did
   * @param sockets of the nodes whose processor socket is known
   */
  public static HostUnits draw(
      HostStanding standing,
      Optional<Instant> lastSeen,
      Map<NumaNode, Integer> sockets,
      List<PlacedUnit> units,
      Shapes shapes) {
    HostDrawing drawing = new HostDrawing(units, sockets.keySet(), shapes);
    return new HostUnits(standing, lastSeen, new Pools(drawing, sockets));
  }

  /** The same units, of a host that was heard again or stands otherwise. */
  public HostUnits with(HostStanding now, Optional<Instant> lastSeen) {
    return new HostUnits(now, lastSeen, pools);
  }

  public HostName name() {
    return standing.host();
  }

  /** How many of its units may be handed out, each to somebody. */
  public int available() {
    return pools.available();
  }

  Pools pools() {
    return pools;
  }

  /** Why none of its units may be had now, absent where they may. */
  Optional<Reason> objection(Instant now) {
    return barred || !isSilent(now.toEpochMilli())
        ? Availability.objection(standing)
        : Optional.of(Availability.silent(name()));
  }

  /** Whether there is an objection, without the words. */
  boolean isClosed(long nowMillis) {
    return barred || isSilent(nowMillis);
  }

  private boolean isSilent(long nowMillis) {
    return lastSeenMillis == NEVER || lastSeenMillis + Host.SILENT_AFTER.toMillis() < nowMillis;
  }
}
