package ostler.allocator.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import ostler.inventory.HostName;

/** Tells those who wait for a host's orders in this process that there are new ones. */
public final class RevisionSignal {

  private final List<Consumer<HostName>> listeners = new CopyOnWriteArrayList<>();

  public void listen(Consumer<HostName> listener) {
    listeners.add(listener);
  }

  void raise(HostName host) {
    listeners.forEach(listener -> listener.accept(host));
  }
}
