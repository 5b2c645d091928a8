package ostler.allocator.engine.placement;

import ostler.inventory.NumaNode;

/**
 * The sets of a host's NUMA nodes that a guest may lie on, one after the other, each as bits by the
 * nodes' local numbers. A guest whose nodes are not chosen may lie on any as many as it has cells.
 *
 * <p>Of those only nodes that have units are gone through: whatever a set without one of them would
 * bring near, one with it brings near too. So a host of 32 nodes with 8 GPUs has a few dozen sets
 * and not millions.
 */
final class NodeSets {

  private final long inhabited;
  private final boolean chosen;
  private final long first;
  private boolean begun;
  private long mask;

  NodeSets(Guest guest, Pools host) {
    inhabited = host.inhabited;
    chosen = guest.cells() == 0 || !guest.nodes().isEmpty();
    first =
        chosen ? bits(guest, host) : (1L << Math.min(guest.cells(), Long.bitCount(inhabited))) - 1;
  }

  /** Goes on to the next set; the first call goes to the first. */
  boolean next() {
    if (!begun) {
      begun = true;
      mask = first;
      return true;
    }
    if (chosen || mask == 0) {
      return false;
    }
    // The next larger number with as many bits.
    long lowest = mask & -mask;
    long ripple = mask + lowest;
    mask = ripple | ((mask ^ ripple) >>> 2) / lowest;
    return mask < 1L << Long.bitCount(inhabited);
  }

  /** The set that it came to. */
  long mask() {
    return chosen ? mask : ofInhabited(mask);
  }

  /** What is counted among inhabited nodes, by the numbers of all. */
  private long ofInhabited(long places) {
    long bits = 0;
    long rest = inhabited;
    for (long left = places; left != 0; left >>>= 1) {
      long node = Long.lowestOneBit(rest);
      bits |= (left & 1) == 0 ? 0 : node;
      rest ^= node;
    }
    return bits;
  }

  private static long bits(Guest guest, Pools host) {
    long bits = 0;
    for (int node = 0; node < Math.min(host.nodes.length, Pools.MAX_NODES); node++) {
      bits |= guest.nodes().contains(new NumaNode(host.nodes[node])) ? 1L << node : 0;
    }
    return bits;
  }
}
