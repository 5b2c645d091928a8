package ostler.allocator.engine.placement;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import ostler.inventory.NumaNode;

/**
 * The NUMA topology of the machine that the units are for.
 *
 * @param cells how many parts its memory has, 0 where it has no topology and is near to everything
 * @param nodes the host's nodes that its parts were put on; empty where they are not chosen yet,
 *     and then any as many nodes will do
 */
public record Guest(int cells, SortedSet<NumaNode> nodes) {

  public static final int MAX_CELLS = 16;

  /** One without a NUMA topology. */
  public static final Guest PLAIN = new Guest(0, Collections.emptySortedSet());

  public Guest {
    nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
    if (cells < 0 || cells > MAX_CELLS) {
      throw new IllegalArgumentException("a guest has 0 to " + MAX_CELLS + " cells, not " + cells);
    }
    if (!nodes.isEmpty() && nodes.size() != cells) {
      throw new IllegalArgumentException(
          "a guest of " + cells + " cells lies on as many nodes, not on " + nodes.size());
    }
  }

  /** One whose parts were put on nodes. */
  public static Guest on(SortedSet<NumaNode> nodes) {
    return new Guest(nodes.size(), nodes);
  }

  /** One whose parts may be put on any so many nodes. */
  public static Guest of(int cells) {
    return new Guest(cells, Collections.emptySortedSet());
  }
}
