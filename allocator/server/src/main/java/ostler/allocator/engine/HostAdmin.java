package ostler.allocator.engine;

import java.util.Objects;
import java.util.Optional;
import ostler.inventory.BootId;

/**
 * What operators said about a host.
 *
 * @param cordoned whether nothing of it is given out
 * @param draining whether that is so for it to become empty
 * @param reason why; empty text where nothing was said
 * @param fenced present from when somebody made sure that nothing runs on it until it restarts
 * @param removed whether it is not to come back by itself
 */
public record HostAdmin(
    boolean cordoned, boolean draining, String reason, Optional<Fencing> fenced, boolean removed) {

  public static final HostAdmin OPEN = new HostAdmin(false, false, "", Optional.empty(), false);

  /**
   * That a host was cut off.
   *
   * @param evidence how somebody knows
   * @param boot that it was in; absent where it had not said
   */
  public record Fencing(String evidence, Optional<BootId> boot) {
    public Fencing {
      Objects.requireNonNull(evidence);
      Objects.requireNonNull(boot);
    }
  }

  public HostAdmin {
    Objects.requireNonNull(reason);
    Objects.requireNonNull(fenced);
  }

  public HostAdmin withCordon(boolean now, String why) {
    return new HostAdmin(now, false, why, fenced, removed);
  }

  public HostAdmin withDrain(String why) {
    return new HostAdmin(true, true, why, fenced, removed);
  }

  public HostAdmin with(Fencing now) {
    return new HostAdmin(cordoned, draining, reason, Optional.of(now), removed);
  }

  public HostAdmin withRemoved(boolean now) {
    return new HostAdmin(cordoned, draining, reason, fenced, now);
  }

  /**
   * As the host's report leaves it: fenced until it reports from another boot. Where nobody knows
   * in which boot it was fenced, it may be the first one that it reports.
   */
  public HostAdmin reportedIn(BootId boot) {
    Optional<Fencing> left =
        fenced
            .filter(fencing -> fencing.boot().filter(before -> !before.equals(boot)).isEmpty())
            .map(fencing -> new Fencing(fencing.evidence(), Optional.of(boot)));
    return new HostAdmin(cordoned, draining, reason, left, removed);
  }

  /** Why nothing of it is given out, where that is so. */
  public Optional<Code> closed() {
    if (removed) {
      return Optional.of(Code.HOST_REMOVED);
    }
    if (fenced.isPresent()) {
      return Optional.of(Code.HOST_FENCED);
    }
    if (draining) {
      return Optional.of(Code.HOST_DRAINING);
    }
    return cordoned ? Optional.of(Code.HOST_CORDONED) : Optional.empty();
  }
}
