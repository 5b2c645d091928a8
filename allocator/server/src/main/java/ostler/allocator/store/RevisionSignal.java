package ostler.allocator.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import ostler.inventory.HostName;

/** Tells those who wait for a host's orders that there are new ones. */
public final class RevisionSignal {

  private final List<Consumer<HostName>> listeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<HostName>> relays = new CopyOnWriteArrayList<>();
  private final List<Runnable> doubters = new CopyOnWriteArrayList<>();

  /** Hears of each host with new orders, whichever allocator made them. */
  public void listen(Consumer<HostName> listener) {
    listeners.add(listener);
  }

  /** Is told when anything may have happened while nobody could listen. */
  public void listenForDoubt(Runnable doubter) {
    doubters.add(doubter);
  }

  /** Carries what this allocator does to the others. */
  void relay(Consumer<HostName> relay) {
    relays.add(relay);
  }

  /** This allocator has made orders. */
  void raise(HostName host) {
    hear(host);
    relays.forEach(relay -> relay.accept(host));
  }

  /** Some allocator has made orders. */
  void hear(HostName host) {
    listeners.forEach(listener -> listener.accept(host));
  }

  void doubt() {
    doubters.forEach(Runnable::run);
  }
}
