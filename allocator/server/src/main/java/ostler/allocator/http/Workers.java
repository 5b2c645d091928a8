package ostler.allocator.http;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The threads that answer requests. There are at most as many requests in the line before them as
 * there may be connections; what stood in it for too long is refused at once, which takes next to
 * no time, so that even ten thousand callers at one moment are all answered.
 */
public final class Workers implements Executor, AutoCloseable {

  private static final int THREADS = 64;

  /** Whoever waited longer may have given up already. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final ThreadPoolExecutor threads;
  private final LongSupplier nanoTime;
  private final ThreadLocal<Long> queued = new ThreadLocal<>();

  public Workers(ThreadFactory factory, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.threads =
        new ThreadPoolExecutor(
            THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), factory);
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    long since = nanoTime.getAsLong();
    threads.execute(
        () -> {
          queued.set(nanoTime.getAsLong() - since);
          task.run();
        });
  }

  /** Whether what this thread works on stood in the line for too long. */
  boolean isOverdue() {
    Long waited = queued.get();
    return waited != null && waited > LONGEST_WAIT.toNanos();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
