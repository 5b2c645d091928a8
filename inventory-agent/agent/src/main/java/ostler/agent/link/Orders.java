package ostler.agent.link;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import ostler.inventory.DesiredState;
import ostler.inventory.HostName;

/** Asks for the desired state, over and over; the allocator answers when it has another one. */
public final class Orders {

  private static final Duration WAIT = Duration.ofSeconds(30);

  private final AllocatorClient allocator;
  private final HostName host;
  private final String credential;
  private final Consumer<DesiredState> listener;
  private final Pause pause;
  private final Retry retry;
  private final Consumer<String> log;
  private long epoch;
  private long revision;

  /** Waits; a sleep, in the program. */
  @FunctionalInterface
  public interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  public Orders(
      AllocatorClient allocator,
      HostName host,
      String credential,
      Consumer<DesiredState> listener,
      Line line) {
    this.allocator = allocator;
    this.host = host;
    this.credential = credential;
    this.listener = listener;
    this.pause = line.pause();
    this.retry = new Retry(line.random());
    this.log = line.log();
  }

  /** Runs until the thread is interrupted. */
  public void run() throws InterruptedException {
    while (true) {
      Optional<Duration> wait = ask();
      if (wait.isPresent()) {
        pause.of(wait.get());
      }
    }
  }

  /** Asks once; answers how long to leave the allocator in peace where it did not answer. */
  public Optional<Duration> ask() {
    try {
      allocator.desired(credential, revision, WAIT).ifPresent(this::take);
      retry.succeeded();
      return Optional.empty();
    } catch (LinkException e) {
      if (retry.isFirst()) {
        log.accept("desired state: " + e.code() + ": " + e.getMessage());
      }
      return Optional.of(retry.afterFailure());
    }
  }

  private void take(DesiredState state) {
    if (!state.host().equals(host)) {
      log.accept("a desired state for host " + state.host() + " was refused: this is " + host);
    } else if (state.epoch() < epoch) {
      log.accept(
          "a desired state of epoch " + state.epoch() + " was refused: " + epoch + " was seen");
    } else {
      epoch = state.epoch();
      revision = state.revision();
      listener.accept(state);
    }
  }
}
