package ostler.allocator.store;

import ostler.allocator.engine.Host;
import ostler.inventory.Fence;

/** A host whose row this transaction holds, and what it has given out of it so far. */
final class LockedHost {

  private Host host;

  LockedHost(Host host) {
    this.host = host;
  }

  Host host() {
    return host;
  }

  /** The host is other than before; the fences given out meanwhile stay given out. */
  void become(Host other) {
    host = other.withOrders(host.fenceCounter(), host.revision());
  }

  /** From now on its orders win over those of an epoch before and over a revision that was seen. */
  void overtake(long epoch, long seenRevision) {
    host =
        host.inEpoch(epoch)
            .withOrders(host.fenceCounter(), Math.max(host.revision(), seenRevision) + 1);
  }

  /** A new fence goes with a new order, so the host has something new to do. */
  Fence nextFence() {
    host = host.withOrders(host.fenceCounter() + 1, host.revision() + 1);
    return new Fence(host.epoch(), host.fenceCounter());
  }

  /** The host has something new to do that needs no new fence. */
  void newOrders() {
    host = host.withOrders(host.fenceCounter(), host.revision() + 1);
  }
}
