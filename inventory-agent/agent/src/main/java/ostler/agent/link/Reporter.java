package ostler.agent.link;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import ostler.agent.reconcile.Status;
import ostler.inventory.AgentRun;
import ostler.inventory.BootId;
import ostler.inventory.ChainHash;
import ostler.inventory.HostFacts;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.HostReport;
import ostler.inventory.InventoryJson;
import ostler.inventory.ReportAnswer;
import ostler.inventory.ReportJson;
import ostler.wire.Json;

/**
 * Reports the host's status: at once when it has changed, and otherwise as often as the allocator
 * asks. The inventory goes along only where the allocator does not have it yet. Only the newest
 * status counts; what happened in between is in it.
 */
public final class Reporter {

  private static final int ALREADY_LIVE_STATUS = 409;

  private final AllocatorClient allocator;
  private final String credential;
  private final Speaker speaker;
  private final Listeners listeners;
  private final Line line;
  private final Retry retry;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private Optional<Status> newest = Optional.empty();
  private Optional<Status> sent = Optional.empty();
  private Optional<HostInventory> digested = Optional.empty();
  private ChainHash digest = ChainHash.START;
  private Optional<ChainHash> known = Optional.empty();
  private Duration interval;
  private long sequence;

  /**
   * Who speaks.
   *
   * @param facts of the host with that inventory
   * @param heartbeat how often to report until the allocator asks for another interval
   */
  public record Speaker(
      HostName host,
      BootId boot,
      AgentRun run,
      Function<HostInventory, HostFacts> facts,
      Duration heartbeat) {}

  /**
   * Who is told what came of a report.
   *
   * @param answered of each answer
   * @param notOurs that another agent speaks for this host
   */
  public record Listeners(Consumer<ReportAnswer> answered, Runnable notOurs) {}

  public Reporter(
      AllocatorClient allocator,
      String credential,
      Speaker speaker,
      Listeners listeners,
      LongSupplier nanoTime,
      Line line) {
    this.allocator = allocator;
    this.credential = credential;
    this.speaker = speaker;
    this.listeners = listeners;
    this.nanoTime = nanoTime;
    this.line = line;
    this.retry = new Retry(line.random());
    this.interval = speaker.heartbeat();
  }

  /** There is a new status; from any thread. */
  public void tell(Status status) {
    lock.lock();
    try {
      newest = Optional.of(status);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Reports until the thread is interrupted. */
  public void run() throws InterruptedException {
    while (true) {
      Optional<Duration> wait = attempt(await());
      if (wait.isPresent()) {
        line.pause().of(wait.get());
      }
    }
  }

  /**
   * Reports the newest status once, if there is one, whether or not it is known; answers how long
   * to leave the allocator in peace where it did not take it.
   */
  public Optional<Duration> reportNow() {
    Optional<Status> status;
    lock.lock();
    try {
      status = newest;
    } finally {
      lock.unlock();
    }
    return status.flatMap(this::attempt);
  }

  private Optional<Duration> attempt(Status status) {
    try {
      report(status);
      retry.succeeded();
      return Optional.empty();
    } catch (LinkException e) {
      refused(e);
      return Optional.of(retry.afterFailure());
    }
  }

  /** Waits for something to tell, or for the time to say that there is nothing. */
  private Status await() throws InterruptedException {
    long end = nanoTime.getAsLong() + interval.toNanos();
    lock.lock();
    try {
      while (newest.isEmpty() || isKnown(newest.get())) {
        long left = end - nanoTime.getAsLong();
        if (left <= 0 && newest.isPresent()) {
          break;
        }
        changed.await(Math.max(left, TimeUnit.SECONDS.toNanos(1)), TimeUnit.NANOSECONDS);
      }
      return newest.get();
    } finally {
      lock.unlock();
    }
  }

  private boolean isKnown(Status status) {
    return sent.equals(Optional.of(status)) && known.isPresent();
  }

  private void report(Status status) throws LinkException {
    if (!digested.equals(Optional.of(status.inventory()))) {
      digest = ChainHash.of(Json.write(out -> InventoryJson.write(status.inventory(), out)));
      digested = Optional.of(status.inventory());
    }
    boolean whole = !known.equals(Optional.of(digest));
    sequence++;
    HostReport report =
        new HostReport(
            speaker.host(),
            speaker.run(),
            speaker.boot(),
            sequence,
            status.appliedRevision(),
            status.inventory().scanComplete(),
            digest,
            whole ? Optional.of(status.inventory()) : Optional.empty(),
            speaker.facts().apply(status.inventory()),
            status.units(),
            status.parents(),
            status.wipes(),
            status.foreign(),
            status.unordered());
    ReportAnswer answer = allocator.report(credential, ReportJson.write(report));
    sent = Optional.of(status);
    known = answer.needInventory() ? Optional.empty() : Optional.of(digest);
    interval = Duration.ofSeconds(answer.intervalSeconds());
    answer.warnings().forEach(this::warn);
    listeners.answered().accept(answer);
  }

  private void warn(ReportAnswer.Warning warning) {
    line.log().accept("the allocator could not use " + warning.path() + ": " + warning.rule());
  }

  private void refused(LinkException e) {
    sent = Optional.empty();
    if (e.status() == ALREADY_LIVE_STATUS && e.code().equals("AGENT_ALREADY_LIVE")) {
      listeners.notOurs().run();
    }
    if (retry.isFirst()) {
      line.log().accept("report: " + e.code() + ": " + e.getMessage());
    }
  }
}
