package ostler.allocator.engine.nova;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;

/**
 * The newest decisions, for whoever wants to know why. What is kept is what they were made by, so
 * bounds are on their number, on the hosts in all of them, and on their age.
 */
public final class RecentDecisions {

  public static final Duration KEPT = Duration.ofHours(1);

  static final int MAX_DECISIONS = 1000;

  /** Some tens of bytes each. */
  static final int MAX_HOSTS = 1_000_000;

  private final Deque<NovaDecision> newestFirst = new ArrayDeque<>();
  private int hosts;

  public synchronized void add(NovaDecision decision) {
    newestFirst.addFirst(decision);
    hosts += decision.judgement().size();
    while (newestFirst.size() > MAX_DECISIONS || hosts > MAX_HOSTS || isOld(decision.at())) {
      hosts -= newestFirst.removeLast().judgement().size();
    }
  }

  /** Absent where there was none, or none any more. */
  public synchronized Optional<NovaDecision> find(UUID id, Instant now) {
    return newestFirst.stream()
        .filter(decision -> decision.id().equals(id) && !isOver(decision, now))
        .findFirst();
  }

  private boolean isOld(Instant now) {
    return isOver(newestFirst.getLast(), now);
  }

  private static boolean isOver(NovaDecision decision, Instant now) {
    return decision.at().plus(KEPT).isBefore(now);
  }
}
