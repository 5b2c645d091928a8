package ostler.inventory;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One run of an agent, so that an allocator can tell a restarted one from a second one.
 *
 * @param previous the run before it with the same state, absent at the first
 * @param started by the host's clock
 */
public record AgentRun(
    String version, AgentInstance instance, Optional<AgentInstance> previous, Instant started) {
  public AgentRun {
    Objects.requireNonNull(version);
    Objects.requireNonNull(instance);
    Objects.requireNonNull(previous);
    Objects.requireNonNull(started);
  }
}
