package ostler.allocator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedRuntimeException;

/** Does small things again and again; what fails once is done again the next time. */
final class Clockwork implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Clockwork.class);

  private final BooleanSupplier when;
  private final ScheduledThreadPoolExecutor executor;
  private final List<ScheduledFuture<?>> tasks = new ArrayList<>();

  /**
   * @param when whether there is any sense in trying now
   */
  Clockwork(BooleanSupplier when) {
    this.when = when;
    executor = new ScheduledThreadPoolExecutor(1, Wiring.daemons("clockwork"));
  }

  Clockwork every(Duration pause, Runnable work) {
    long millis = pause.toMillis();
    tasks.add(
        executor.scheduleWithFixedDelay(
            () -> attempt(work), millis, millis, TimeUnit.MILLISECONDS));
    return this;
  }

  @Override
  public void close() {
    tasks.forEach(task -> task.cancel(false));
    executor.shutdownNow();
  }

  private void attempt(Runnable work) {
    if (!when.getAsBoolean()) {
      return;
    }
    try {
      work.run();
    } catch (NestedRuntimeException e) {
      LOG.warn("the database did not answer as it should", e);
    }
  }
}
