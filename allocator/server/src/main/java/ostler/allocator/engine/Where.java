package ostler.allocator.engine;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.inventory.HostName;

/**
 * Where units may come from: one host, one of a set of hosts, or any. All units of a claim come
 * from one and the same host.
 *
 * @param hosts each once and in order; none of them means any
 */
public record Where(List<HostName> hosts) {

  /** As many as one allocator looks after. */
  public static final int MAX_HOSTS = 10_000;

  public static final Where ANYWHERE = new Where(List.of());

  public Where {
    hosts = hosts.stream().map(Objects::requireNonNull).distinct().sorted().toList();
    if (hosts.size() > MAX_HOSTS) {
      throw new IllegalArgumentException("at most " + MAX_HOSTS + " hosts may be named");
    }
  }

  public static Where on(HostName host) {
    return new Where(List.of(host));
  }

  public boolean isAnywhere() {
    return hosts.isEmpty();
  }

  public boolean allows(HostName host) {
    return hosts.isEmpty() || hosts.contains(host);
  }

  /** Whether all that the other allows is allowed by this. */
  public boolean contains(Where other) {
    return isAnywhere() || (!other.isAnywhere() && hosts.containsAll(other.hosts));
  }

  /** Whether there is a host that both allow. */
  public boolean overlaps(Where other) {
    return isAnywhere() || other.isAnywhere() || !Collections.disjoint(hosts, other.hosts);
  }

  /** The host, where it is only one. */
  public Optional<HostName> only() {
    return hosts.size() == 1 ? Optional.of(hosts.get(0)) : Optional.empty();
  }

  @Override
  public String toString() {
    if (hosts.size() > 1) {
      return "one of " + hosts.size() + " hosts";
    }
    return only().map(host -> "host " + host).orElse("any host");
  }
}
