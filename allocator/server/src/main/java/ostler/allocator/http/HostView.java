package ostler.allocator.http;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Host.LiveAgent;
import ostler.allocator.engine.HostAdmin;
import ostler.allocator.engine.UnitState;

/**
 * A host as operators see it.
 *
 * @param fenceEvidence how somebody knows that nothing runs on it; null unless it is fenced
 */
public record HostView(
    String host,
    String state,
    String admin,
    String adminReason,
    String fenceEvidence,
    boolean enrolled,
    long epoch,
    long revision,
    long appliedRevision,
    AgentView agent,
    String bootId,
    String kernel,
    Boolean iommu,
    Map<String, Integer> units,
    List<WarningView> warnings) {

  /** The agent that speaks for the host. */
  public record AgentView(String version, String instance, Instant lastSeen, Long skewMs) {
    static AgentView of(LiveAgent agent) {
      return new AgentView(
          agent.version(),
          agent.instance().toString(),
          agent.lastSeen(),
          agent.skewMillis().orElse(null));
    }
  }

  /** What is wrong with one part of the host's last report. */
  public record WarningView(String path, String rule) {}

  static HostView of(Host host, Map<UnitState, Integer> units, Instant now) {
    Map<String, Integer> counts = new TreeMap<>();
    units.forEach((state, count) -> counts.put(Door.lower(state), count));
    return new HostView(
        host.name().value(),
        state(host, now),
        host.admin().draining() ? "draining" : host.admin().cordoned() ? "cordoned" : "enabled",
        host.admin().reason(),
        host.admin().fenced().map(HostAdmin.Fencing::evidence).orElse(null),
        host.enrolled(),
        host.epoch(),
        host.revision(),
        host.appliedRevision(),
        host.agent().map(AgentView::of).orElse(null),
        host.agent().map(agent -> agent.bootId().toString()).orElse(null),
        host.agent().flatMap(LiveAgent::kernel).orElse(null),
        host.agent().map(LiveAgent::iommu).orElse(null),
        counts,
        host.warnings().stream()
            .map(warning -> new WarningView(warning.path(), warning.rule()))
            .toList());
  }

  private static String state(Host host, Instant now) {
    if (host.admin().removed()) {
      return "removed";
    }
    if (host.admin().fenced().isPresent()) {
      return "fenced";
    }
    if (host.agent().isEmpty()) {
      return "enrolled";
    }
    return host.isSilent(now) ? "silent" : "up";
  }
}
