package ostler.agent.nova;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ostler.agent.libvirt.DomainView;
import ostler.inventory.ClaimId;
import ostler.inventory.DesiredState;
import ostler.inventory.Goal;
import ostler.inventory.Tenant;

/**
 * Which claims are of instances that libvirt has not known for a while, running or not. Nova
 * undefines a domain when its instance is deleted, shelved or has moved away, and leaves it defined
 * when the instance is only stopped; for a hard reboot it undefines one and defines it again at
 * once. So nothing depends on Nova telling anybody.
 *
 * <p>Where libvirt did not answer nothing is known, and the while begins anew.
 */
public final class Departures {

  private static final String SOURCE = "nova";

  private final Duration grace;
  private final Map<ClaimId, Long> missedSince = new HashMap<>();
  private List<Tenant> instances = List.of();

  /**
   * @param grace how long a domain has to be undefined before its instance counts as gone
   */
  public Departures(Duration grace) {
    this.grace = grace;
  }

  /** The allocator wants another state: whose units this host keeps ready may have changed. */
  public synchronized void desire(DesiredState state) {
    instances =
        state.units().stream()
            .flatMap(order -> tenant(order.goal()).stream())
            .filter(tenant -> tenant.consumer().source().equals(SOURCE))
            .distinct()
            .toList();
    Set<ClaimId> known = instances.stream().map(Tenant::claim).collect(Collectors.toSet());
    missedSince.keySet().retainAll(known);
  }

  private static Optional<Tenant> tenant(Goal goal) {
    return goal instanceof Goal.Ready ready ? Optional.of(ready.tenant()) : Optional.empty();
  }

  /**
   * Somebody looked at the host's domains.
   *
   * @param domains empty where the host has no libvirt to ask
   * @param now by a clock that never jumps, in nanoseconds
   */
  public synchronized void see(Optional<DomainView> domains, long now) {
    if (!(domains.orElse(null) instanceof DomainView.Known known)) {
      missedSince.clear();
      return;
    }
    for (Tenant instance : instances) {
      if (known.defined().contains(instance.consumer().id())) {
        missedSince.remove(instance.claim());
      } else {
        missedSince.putIfAbsent(instance.claim(), now);
      }
    }
  }

  /** The claims whose instances are gone by now. */
  public synchronized Collection<ClaimId> gone(long now) {
    List<ClaimId> gone = new ArrayList<>();
    missedSince.forEach(
        (claim, since) -> {
          if (now - since >= grace.toNanos()) {
            gone.add(claim);
          }
        });
    return gone;
  }
}
