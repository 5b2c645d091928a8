package ostler.allocator.onetimeuse;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedRuntimeException;
import ostler.allocator.store.OneTimeUseDesk;

/**
 * Looks at Placement again and again, less often while it does not answer. Of several allocators
 * one looks at a time.
 */
public final class OneTimeUseWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OneTimeUseWatch.class);

  /** How often it is looked. */
  static final Duration EVERY = Duration.ofSeconds(10);

  private static final Duration AT_MOST = Duration.ofMinutes(5);

  private final BooleanSupplier when;
  private final OneTimeUseDesk desk;
  private final OneTimeUseRound round;
  private final ScheduledThreadPoolExecutor executor;
  private Duration pause = EVERY;
  private volatile ScheduledFuture<?> coming;

  private OneTimeUseWatch(
      BooleanSupplier when, OneTimeUseDesk desk, OneTimeUseRound round, ThreadFactory threads) {
    this.when = when;
    this.desk = desk;
    this.round = round;
    this.executor = new ScheduledThreadPoolExecutor(1, threads);
  }

  /**
   * Begins to watch.
   *
   * @param when whether there is any sense in trying now
   */
  public static OneTimeUseWatch begin(
      PlacementUrl url,
      PlacementCredentials credentials,
      OneTimeUseDesk desk,
      BooleanSupplier when,
      ThreadFactory threads) {
    OneTimeUseRound round = new OneTimeUseRound(new PlacementApi(url, credentials), desk);
    OneTimeUseWatch watch = new OneTimeUseWatch(when, desk, round, threads);
    watch.next();
    return watch;
  }

  @Override
  public void close() {
    coming.cancel(false);
    executor.shutdownNow();
  }

  private void next() {
    coming = executor.schedule(this::attempt, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void attempt() {
    try {
      if (when.getAsBoolean() && desk.isOurTurn(EVERY)) {
        round.run();
      }
      pause = EVERY;
    } catch (PlacementAway e) {
      pause = longer(pause);
      LOG.warn(
          "devices of one-time use wait; Placement is asked again in {} s: {}",
          pause.toSeconds(),
          e.getMessage());
    } catch (NestedRuntimeException e) {
      LOG.warn("the database did not answer as it should", e);
    } catch (InterruptedException e) {
      return;
    }
    next();
  }

  private static Duration longer(Duration before) {
    Duration twice = before.multipliedBy(2);
    return twice.compareTo(AT_MOST) > 0 ? AT_MOST : twice;
  }
}
