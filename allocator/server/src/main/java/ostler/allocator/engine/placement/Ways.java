package ostler.allocator.engine.placement;

import java.util.Arrays;
import ostler.flavor.Topology;

/**
 * Takes a number of units from pools, by counting what lies together.
 *
 * <p>Of the ways there are, the one is chosen that breaks the least: the smallest island that is
 * enough, in it the smallest NUMA node, in that the smallest switch. Where none is enough, the
 * largest is taken whole, and the rest is chosen the same way.
 */
final class Ways {

  private int[] sums = new int[0];

  /** Whether so many may be taken. */
  boolean fits(Pools pools, int[] capacity, int count, Topology topology) {
    if (topology == null) {
      return sum(capacity, pools.size()) >= count;
    }
    return switch (topology) {
      case SAME_SWITCH -> largest(pools, capacity, pools.pcieSwitch, pools.switches) >= count;
      case SAME_ISLAND -> largest(pools, capacity, pools.island, pools.islands) >= count;
      case SPREAD -> apart(pools, capacity) >= count;
    };
  }

  /** How many units there are in the smallest place that is enough and may not be left. */
  int domain(Pools pools, int[] capacity, int count, Topology topology) {
    boolean byIsland = topology == null || topology == Topology.SAME_ISLAND;
    if (topology == Topology.SPREAD || (byIsland && pools.islands == 0)) {
      return sum(capacity, pools.size());
    }
    int[] key = byIsland ? pools.island : pools.pcieSwitch;
    int domains = byIsland ? pools.islands : pools.switches;
    count(capacity, key, domains, pools.size());
    int smallest = smallest(domains, count);
    return smallest == domains + 1 ? sum(capacity, pools.size()) : sums[smallest];
  }

  /**
   * Chooses so many.
   *
   * @param capacity how many may be taken of each pool; they must be enough
   * @param take is told how many to take of each pool
   */
  void choose(Pools pools, int[] capacity, int count, Topology topology, int[] take) {
    Arrays.fill(take, 0);
    if (topology == null) {
      nested(pools, capacity, count, 0, take);
      return;
    }
    switch (topology) {
      case SAME_SWITCH ->
          nested(
              pools, one(pools, capacity, pools.pcieSwitch, pools.switches, count), count, 0, take);
      case SAME_ISLAND ->
          nested(pools, one(pools, capacity, pools.island, pools.islands, count), count, 1, take);
      case SPREAD -> spread(pools, capacity, count, take);
    }
  }

  /** Only what lies in one domain of a kind. */
  static int[] within(int[] capacity, int[] key, int domain) {
    int[] within = capacity.clone();
    for (int pool = 0; pool < within.length; pool++) {
      within[pool] = key[pool] == domain ? within[pool] : 0;
    }
    return within;
  }

  private int[] one(Pools pools, int[] capacity, int[] key, int domains, int count) {
    count(capacity, key, domains, pools.size());
    sums[0] = 0;
    return within(capacity, key, smallest(domains, count) - 1);
  }

  /** Chooses by island, in it by node, in that by switch, and in a switch by pool. */
  private void nested(Pools pools, int[] capacity, int count, int depth, int[] take) {
    if (depth == 3) {
      int left = count;
      for (int pool = 0; pool < pools.size() && left > 0; pool++) {
        int now = Math.min(capacity[pool], left);
        take[pool] += now;
        left -= now;
      }
      return;
    }
    int[] key = depth == 0 ? pools.island : depth == 1 ? pools.node : pools.pcieSwitch;
    int domains = depth == 0 ? pools.islands : depth == 1 ? pools.nodes.length : pools.switches;
    int[] rest = capacity.clone();
    int left = count;
    while (left > 0) {
      count(rest, key, domains, pools.size());
      int enough = smallest(domains, left);
      int domain = enough <= domains ? enough : largest(domains);
      int now = Math.min(left, sums[domain]);
      nested(pools, within(rest, key, domain - 1), now, depth + 1, take);
      left -= now;
      for (int pool = 0; pool < pools.size(); pool++) {
        rest[pool] = key[pool] == domain - 1 ? 0 : rest[pool];
      }
    }
  }

  /** One from each switch, the emptiest first; who is behind none is apart from all. */
  private void spread(Pools pools, int[] capacity, int count, int[] take) {
    boolean[] used = new boolean[pools.switches];
    for (int left = count; left > 0; left--) {
      count(capacity, pools.pcieSwitch, pools.switches, pools.size());
      int best = Pools.NONE;
      int least = Integer.MAX_VALUE;
      for (int pool = 0; pool < pools.size(); pool++) {
        int at = pools.pcieSwitch[pool];
        boolean taken = at == Pools.NONE ? take[pool] == capacity[pool] : used[at];
        int there = at == Pools.NONE ? 1 : sums[at + 1];
        if (capacity[pool] > 0 && !taken && there < least) {
          best = pool;
          least = there;
        }
      }
      take[best]++;
      if (pools.pcieSwitch[best] != Pools.NONE) {
        used[pools.pcieSwitch[best]] = true;
      }
    }
  }

  private int apart(Pools pools, int[] capacity) {
    count(capacity, pools.pcieSwitch, pools.switches, pools.size());
    int apart = sums[0];
    for (int domain = 1; domain <= pools.switches; domain++) {
      apart += Math.min(1, sums[domain]);
    }
    return apart;
  }

  /** The most that lies in one domain; what lies in none lies alone. */
  private int largest(Pools pools, int[] capacity, int[] key, int domains) {
    count(capacity, key, domains, pools.size());
    int largest = 0;
    for (int domain = 1; domain <= domains; domain++) {
      largest = Math.max(largest, sums[domain]);
    }
    return largest;
  }

  /** Counts what lies in each domain, and at 0 what lies in none. */
  private void count(int[] capacity, int[] key, int domains, int size) {
    if (sums.length <= domains) {
      sums = new int[domains + 1];
    }
    Arrays.fill(sums, 0, domains + 1, 0);
    for (int pool = 0; pool < size; pool++) {
      sums[key[pool] + 1] += capacity[pool];
    }
  }

  /** The domain with the least that is enough, one after the last where there is none. */
  private int smallest(int domains, int count) {
    int best = domains + 1;
    for (int domain = 0; domain <= domains; domain++) {
      if (sums[domain] >= count && (best > domains || sums[domain] < sums[best])) {
        best = domain;
      }
    }
    return best;
  }

  private int largest(int domains) {
    int best = 0;
    for (int domain = 1; domain <= domains; domain++) {
      best = sums[domain] > sums[best] ? domain : best;
    }
    return best;
  }

  private static int sum(int[] capacity, int size) {
    int sum = 0;
    for (int pool = 0; pool < size; pool++) {
      sum += capacity[pool];
    }
    return sum;
  }
}
