package ostler.allocator.engine.nova;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Hold;
import ostler.inventory.ProjectId;

/**
 * What one question of Nova's scheduler was answered.
 *
 * @param judgement what was found, whatever the mode makes of it
 * @param hold the promise to the instance, where one was made
 */
public record NovaDecision(
    UUID id,
    Instant at,
    NovaMode mode,
    UUID instance,
    ProjectId project,
    NovaIntent intent,
    Judgement judgement,
    Optional<Hold> hold) {

  public NovaDecision {
    Objects.requireNonNull(id);
    Objects.requireNonNull(at);
    Objects.requireNonNull(mode);
    Objects.requireNonNull(instance);
    Objects.requireNonNull(project);
    Objects.requireNonNull(intent);
    Objects.requireNonNull(judgement);
    Objects.requireNonNull(hold);
  }

  /** Whether anything that Ostler hands out was asked for. */
  public boolean isOurs() {
    return !(judgement instanceof Judgement.NotOurs);
  }

  /** What Nova is told of a host. */
  public boolean passes(int host) {
    return mode == NovaMode.SHADOW || judgement.code(host).isEmpty();
  }

  /** Whether Nova is left one of the ways that it has on a host that passes. */
  public boolean isLeft(int host, int way) {
    return mode == NovaMode.SHADOW || judgement.isGood(host, way);
  }

  /** {@code 3 of 10 hosts pass; 5 CLAIMED, 2 NO_MATCH}. */
  public String summary() {
    Map<Code, Integer> counts = new EnumMap<>(Code.class);
    for (int host = 0; host < judgement.size(); host++) {
      judgement.code(host).ifPresent(code -> counts.merge(code, 1, Integer::sum));
    }
    String others =
        counts.entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey())
            .collect(Collectors.joining(", "));
    return judgement.passed()
        + " of "
        + judgement.size()
        + " hosts pass"
        + (others.isEmpty() ? "" : "; " + others);
  }
}
