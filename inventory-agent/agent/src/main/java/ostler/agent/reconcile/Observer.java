package ostler.agent.reconcile;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import ostler.agent.discovery.Discovery;
import ostler.agent.libvirt.DomainLook;
import ostler.agent.privileged.Guard;

/** Looks at the host every few seconds, and at once when asked to. */
public final class Observer {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Discovery discovery;
  private final Guard guard;
  private final Optional<DomainLook> domains;
  private final LongSupplier nanoTime;
  private final Semaphore asked = new Semaphore(0);
  private final CountDownLatch probed = new CountDownLatch(1);

  /**
   * @param domains empty where the host has no libvirt to ask
   */
  public Observer(
      Discovery discovery, Guard guard, Optional<DomainLook> domains, LongSupplier nanoTime) {
    this.discovery = discovery;
    this.guard = guard;
    this.domains = domains;
    this.nanoTime = nanoTime;
  }

  /** Who is told of each look, and when the look was begun. */
  @FunctionalInterface
  public interface Listener {
    void see(Observation seen, long begun);
  }

  /** Looks now; on the thread of {@link #run} only, once that runs. */
  public Observation look() throws InterruptedException {
    return new Observation(
        discovery.look(),
        guard.status(),
        domains.isPresent() ? Optional.of(domains.get().look()) : Optional.empty());
  }

  /**
   * Looks until the thread is interrupted. What may hang is asked about only after a look was told,
   * so that no sick device delays what has to be done about the others.
   */
  public void run(Listener listener) throws InterruptedException {
    while (true) {
      long begun = nanoTime.getAsLong();
      listener.see(look(), begun);
      if (!discovery.probe()) {
        probed.countDown();
        asked.tryAcquire(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        asked.drainPermits();
      }
    }
  }

  /** Waits until all devices have been asked once. */
  public void awaitProbed(Duration atMost) throws InterruptedException {
    probed.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Asks for a look soon, from any thread. */
  public void lookAgain() {
    asked.release();
  }
}
