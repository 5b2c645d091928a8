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

  /** The host as it is to be saved, with the fences given out meanwhile. */
  void become(Host other) {
    host = withOrders(other, host.fenceCounter(), host.revision());
  }

  /** A new fence goes with a new order, so the host has something new to do. */
  Fence nextFence() {
    host = withOrders(host, host.fenceCounter() + 1, host.revision() + 1);
    return new Fence(host.epoch(), host.fenceCounter());
  }

  private static Host withOrders(Host host, long fenceCounter, long revision) {
    return new Host(
        host.name(),
        host.epoch(),
        fenceCounter,
        revision,
        host.appliedRevision(),
        host.cordoned(),
        host.adminReason(),
        host.enrolled(),
        host.agent(),
        host.digest(),
        host.warnings());
  }
}
