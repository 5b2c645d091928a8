package ostler.allocator.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Where;
import ostler.inventory.HostName;

/**
 * Which hosts were proposed lately for which kind of request, so that not every round of claims has
 * to judge the whole fleet. A hint only says where to look first: who finds nothing there looks
 * everywhere. It is used by one round at a time.
 */
final class Hints {

  /** How many hosts are asked for at once. */
  static final int HOSTS = 256;

  /** A fleet with fewer hosts to offer is judged in no time, and each time anew. */
  private static final int WORTH_KEEPING = 64;

  private static final Duration GOOD_FOR = Duration.ofMillis(500);
  private static final int MAX_SHAPES = 100;

  private final Map<Shape, Proposed> kept = new HashMap<>();

  /** What requests that look for the same have in common. */
  record Shape(List<Part> parts, Where where) {
    static Shape of(ClaimRequest request) {
      return new Shape(request.parts(), request.where());
    }
  }

  /** Names the hosts for a shape, the best first. */
  interface Proposer {
    List<HostName> propose(int most);
  }

  private record Proposed(List<HostName> hosts, Instant at) {}

  /** Whether there are hints for all of them, so that nobody needs to be asked. */
  boolean know(Collection<Shape> shapes, Instant now) {
    return shapes.stream().allMatch(shape -> isGood(kept.get(shape), now));
  }

  private static boolean isGood(Proposed proposed, Instant now) {
    return proposed != null
        && !proposed.hosts().isEmpty()
        && Duration.between(proposed.at(), now).compareTo(GOOD_FOR) < 0;
  }

  /** The hosts to look at; who finds one to be of no use removes it from the list. */
  List<HostName> hosts(Shape shape, Instant now, Proposer proposer) {
    Proposed known = kept.get(shape);
    if (isGood(known, now)) {
      return known.hosts();
    }
    List<HostName> hosts = new ArrayList<>(proposer.propose(HOSTS));
    if (kept.size() >= MAX_SHAPES) {
      kept.clear();
    }
    kept.remove(shape);
    if (hosts.size() >= WORTH_KEEPING) {
      kept.put(shape, new Proposed(hosts, now));
    }
    return hosts;
  }
}
