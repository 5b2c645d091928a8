package ostler.allocator.engine.placement;

import java.util.Arrays;
import ostler.flavor.NumaPolicy;
import ostler.flavor.Topology;
import ostler.inventory.WipeLevel;

/**
 * Looks for a request's units on one host after another. It is exact: it finds units where there
 * are any that fit. Needs that want different units are each answered by counting; only where two
 * want the same ones are ways tried out, up to a bound.
 *
 * <p>It remembers its last host, so each thread has its own.
 */
final class HostSearch {

  /** How many steps one host may cost; ordinary requests take a few dozen. */
  static final int MAX_STEPS = 20_000;

  /** More than all units of a host, of which no machine has so many. */
  private static final int FAR = 1 << 12;

  /** More than all units of a request, were they all far. */
  private static final int PER_ALTERNATIVE = 1 << 24;

  private final Terms terms;
  private final Ways ways = new Ways();
  private final boolean planning;

  private Pools pools;
  private int[] free = new int[0];
  private int[][] capacity;
  private int[][] taken;
  private int[] chosenAlternative;
  private int[] wholeTaken = new int[0];
  private int[] slicesTaken = new int[0];
  private long near;
  private int steps;

  /**
   * @param planning whether the best units are to be found, and not only whether there are any
   */
  HostSearch(Terms terms, boolean planning) {
    this.terms = terms;
    this.planning = planning;
    this.capacity = new int[terms.needs][0];
    this.taken = new int[terms.needs][0];
    this.chosenAlternative = new int[terms.needs];
  }

  /** Looks on a host of which all that is available may be taken. */
  boolean fits(Pools host) {
    return fits(host, host.count);
  }

  /**
   * Looks on a host.
   *
   * @param available how many units of each pool may be taken
   */
  boolean fits(Pools host, int[] available) {
    begin(host);
    NodeSets sets = new NodeSets(terms.guest, host);
    long last = 0;
    long best = 0;
    int leastCost = Integer.MAX_VALUE;
    while (sets.next() && ++steps < MAX_STEPS) {
      last = sets.mask();
      if (fitsNear(last, available)) {
        int cost = cost();
        if (cost == 0) {
          return true;
        }
        if (cost < leastCost) {
          leastCost = cost;
          best = last;
        }
      }
    }
    if (leastCost == Integer.MAX_VALUE || best == last) {
      return leastCost < Integer.MAX_VALUE;
    }
    // What was found once within the bound is found again.
    steps = 0;
    return fitsNear(best, available);
  }

  private boolean fitsNear(long nodes, int[] available) {
    near = nodes;
    System.arraycopy(available, 0, free, 0, pools.size());
    if (pools.sharedCards) {
      Arrays.fill(wholeTaken, 0);
      Arrays.fill(slicesTaken, 0);
    }
    return place(0);
  }

  /**
   * What a choice of nodes costs: worse alternatives first; and where the best units are to be
   * found, then units that are not near, and then room that is broken into.
   */
  private int cost() {
    int cost = 0;
    for (int alternative : chosenAlternative) {
      cost = Math.max(cost, alternative * PER_ALTERNATIVE);
    }
    for (int pool = 0; planning && pool < pools.size(); pool++) {
      for (int[] take : taken) {
        cost += isNear(pools.node[pool]) ? 0 : take[pool] * FAR;
      }
      cost += isNear(pools.node[pool]) ? pools.count[pool] : 0;
    }
    return cost;
  }

  /** Whether the last host was given up, so that its no is only a don't-know. */
  boolean gaveUp() {
    return steps >= MAX_STEPS;
  }

  /** How many units of each pool of the last host a need takes. */
  int[] taken(int need) {
    return taken[need];
  }

  /** Which alternative a need is served by on the last host, 0 for the first and best. */
  int alternative(int need) {
    return chosenAlternative[need];
  }

  private void begin(Pools host) {
    pools = host;
    steps = 0;
    int size = host.size();
    if (free.length < size) {
      free = new int[size];
      capacity = new int[terms.needs][size];
    }
    if (planning) {
      taken = new int[terms.needs][size];
    }
    if (host.sharedCards && wholeTaken.length < size) {
      wholeTaken = new int[size];
      slicesTaken = new int[size];
    }
  }

  private boolean contested() {
    return terms.needs > 1 && (terms.contested || pools.sharedCards);
  }

  /** Finds units for this need and for all after it. */
  private boolean place(int need) {
    if (need == terms.needs) {
      return true;
    }
    for (int alternative = 0; alternative < terms.alternatives[need]; alternative++) {
      fill(need, alternative);
      int count = terms.count[need];
      if (ways.fits(pools, capacity[need], count, terms.topology[need])) {
        chosenAlternative[need] = alternative;
        if (!contested()) {
          if (planning) {
            prefer(need, taken[need]);
          }
          return place(need + 1);
        }
        if (tryOut(need)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Two needs want the same units: the best way first, then all others. */
  private boolean tryOut(int need) {
    if (planning) {
      int[] best = new int[pools.size()];
      prefer(need, best);
      apply(best, 1);
      if (place(need + 1)) {
        taken[need] = best;
        return true;
      }
      apply(best, -1);
      fill(need, chosenAlternative[need]);
    }
    if (need == terms.needs - 1) {
      return true;
    }
    Topology topology = terms.topology[need];
    int[] from = Arrays.copyOf(capacity[need], pools.size());
    int[] take = new int[pools.size()];
    if (topology == Topology.SAME_SWITCH || topology == Topology.SAME_ISLAND) {
      int[] key = topology == Topology.SAME_SWITCH ? pools.pcieSwitch : pools.island;
      int domains = topology == Topology.SAME_SWITCH ? pools.switches : pools.islands;
      for (int domain = 0; domain < domains; domain++) {
        if (each(need, Ways.within(from, key, domain), take, 0, terms.count[need])) {
          return true;
        }
      }
      return false;
    }
    return each(need, from, take, 0, terms.count[need]);
  }

  /** Goes through every number of units to take from each pool. */
  private boolean each(int need, int[] from, int[] take, int pool, int left) {
    if (++steps >= MAX_STEPS) {
      return false;
    }
    if (left == 0) {
      return settle(need, take);
    }
    if (pool == from.length) {
      return false;
    }
    int most = Math.min(from[pool], left);
    if (terms.topology[need] == Topology.SPREAD && pools.pcieSwitch[pool] != Pools.NONE) {
      most = Math.min(most, isSwitchTaken(take, pool) ? 0 : 1);
    }
    for (int now = most; now >= 0; now--) {
      take[pool] = now;
      if (each(need, from, take, pool + 1, left - now)) {
        return true;
      }
    }
    take[pool] = 0;
    return false;
  }

  private boolean settle(int need, int[] take) {
    int alternative = chosenAlternative[need];
    apply(take, 1);
    if (place(need + 1)) {
      if (planning) {
        taken[need] = take.clone();
      }
      return true;
    }
    apply(take, -1);
    chosenAlternative[need] = alternative;
    return false;
  }

  private boolean isSwitchTaken(int[] take, int pool) {
    for (int i = 0; i < pool; i++) {
      if (take[i] > 0 && pools.pcieSwitch[i] == pools.pcieSwitch[pool]) {
        return true;
      }
    }
    return false;
  }

  private void apply(int[] take, int sign) {
    for (int pool = 0; pool < take.length; pool++) {
      free[pool] -= sign * take[pool];
      if (take[pool] > 0 && pools.card[pool] != Pools.NONE) {
        (pools.whole[pool] ? wholeTaken : slicesTaken)[pools.card[pool]] += sign * take[pool];
      }
    }
  }

  /** How many units of each pool the need might take, by its rule, its level and its policy. */
  private void fill(int need, int alternative) {
    int[] into = capacity[need];
    int[] meant = terms.meant[need];
    int bit = 1 << alternative;
    WipeLevel least = terms.leastLevel[need];
    NumaPolicy policy = terms.numa[need];
    for (int pool = 0; pool < pools.size(); pool++) {
      boolean ours =
          (meant[pools.shape[pool]] & bit) != 0
              && pools.level[pool].satisfies(least)
              && isNearEnough(pool, policy)
              && !pools.isKeptFrom(terms.project, pool)
              && !isExcluded(pool);
      into[pool] = ours ? free[pool] : 0;
    }
  }

  private boolean isExcluded(int pool) {
    int card = pools.card[pool];
    return card != Pools.NONE && (pools.whole[pool] ? slicesTaken : wholeTaken)[card] > 0;
  }

  private boolean isNearEnough(int pool, NumaPolicy policy) {
    if (terms.guest.cells() == 0) {
      return true;
    }
    int node = pools.node[pool];
    return switch (policy) {
      case REQUIRED -> isNear(node);
      case LEGACY -> node == Pools.NONE || isNear(node);
      case PREFERRED -> true;
      case SOCKET -> isNear(node) || isOnNearSocket(node);
    };
  }

  private boolean isNear(int node) {
    return node != Pools.NONE && node < Pools.MAX_NODES && (near >> node & 1) != 0;
  }

  private boolean isOnNearSocket(int node) {
    if (node == Pools.NONE || pools.sockets[node] == Pools.NONE) {
      return false;
    }
    for (int other = 0; other < pools.nodes.length; other++) {
      if (isNear(other) && pools.sockets[other] == pools.sockets[node]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Chooses the units to take of those that the need might: near ones before others, then those
   * with the least memory that is enough, and of these so that the least is broken.
   */
  private void prefer(int need, int[] take) {
    int count = terms.count[need];
    Topology topology = terms.topology[need];
    int[] all = Arrays.copyOf(capacity[need], pools.size());
    int[] closer = new int[pools.size()];
    for (int distance = 0; distance <= 2; distance++) {
      int[] nearby = nearer(all, distance);
      if (ways.fits(pools, nearby, count, topology)) {
        preferSmall(nearby, closer, count, topology, take);
        return;
      }
      // Where they may lie as they like, those that are closer are all taken before any other.
      closer = topology == null ? nearby : closer;
    }
    throw new IllegalStateException("units that fit do not fit when they are to be chosen");
  }

  private void preferSmall(int[] from, int[] closer, int count, Topology topology, int[] take) {
    int[] others = from.clone();
    int left = count;
    for (int pool = 0; pool < others.length; pool++) {
      others[pool] -= closer[pool];
      left -= closer[pool];
    }
    for (long memory : memories(others)) {
      int[] small = smaller(others, memory);
      if (ways.fits(pools, small, left, topology)) {
        ways.choose(pools, small, left, topology, take);
        break;
      }
    }
    for (int pool = 0; pool < others.length; pool++) {
      take[pool] += closer[pool];
    }
  }

  /** Only pools on the guest's nodes, or also those on unknown ones, or all. */
  private int[] nearer(int[] from, int distance) {
    int[] nearer = from.clone();
    if (terms.guest.cells() == 0) {
      return nearer;
    }
    for (int pool = 0; pool < nearer.length; pool++) {
      int node = pools.node[pool];
      int away = isNear(node) ? 0 : node == Pools.NONE ? 1 : 2;
      nearer[pool] = away <= distance ? nearer[pool] : 0;
    }
    return nearer;
  }

  private int[] smaller(int[] from, long memory) {
    int[] smaller = from.clone();
    for (int pool = 0; pool < smaller.length; pool++) {
      smaller[pool] = terms.memoryMib[pools.shape[pool]] <= memory ? smaller[pool] : 0;
    }
    return smaller;
  }

  private long[] memories(int[] from) {
    long[] memories = new long[from.length];
    int found = 0;
    for (int pool = 0; pool < from.length; pool++) {
      if (from[pool] > 0) {
        memories[found++] = terms.memoryMib[pools.shape[pool]];
      }
    }
    return Arrays.stream(memories, 0, found).sorted().distinct().toArray();
  }
}
