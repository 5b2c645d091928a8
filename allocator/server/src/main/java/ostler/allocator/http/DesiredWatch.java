package ostler.allocator.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedRuntimeException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.async.DeferredResult;
import ostler.allocator.engine.Outcome;
import ostler.allocator.store.Desk;
import ostler.allocator.store.HostDesk;
import ostler.allocator.store.RevisionSignal;
import ostler.inventory.DesiredJson;
import ostler.inventory.DesiredState;
import ostler.inventory.HostName;

/**
 * Lets agents wait for new orders without holding a thread each. One agent waits at most once: a
 * second wait of the same host ends the first. New orders wake the agent at once, whichever
 * allocator made them; a wake-up that got lost is made good when the hosts' revisions are next
 * looked at.
 */
public final class DesiredWatch {

  /** How often to look at what other allocators did. */
  public static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** How often to look where there are no others. */
  public static final Duration LOOK_ALONE_EVERY = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(DesiredWatch.class);

  private final Desk desk;
  private final HostDesk hostDesk;
  private final Executor executor;
  private final Map<HostName, Wait> waits = new ConcurrentHashMap<>();

  /**
   * @param executor answers those who wait, apart from the thread that made the orders
   */
  public DesiredWatch(Desk desk, HostDesk hostDesk, RevisionSignal signal, Executor executor) {
    this.desk = desk;
    this.hostDesk = hostDesk;
    this.executor = executor;
    signal.listen(this::wake);
    signal.listenForDoubt(() -> executor.execute(() -> attempt(this::look)));
  }

  private record Wait(HostName host, long after, DeferredResult<ResponseEntity<String>> result) {}

  DeferredResult<ResponseEntity<String>> await(HostName host, long after, Duration atMost) {
    DeferredResult<ResponseEntity<String>> result =
        new DeferredResult<>(atMost.toMillis(), DesiredWatch::nothingNew);
    Wait wait = new Wait(host, after, result);
    Wait before = waits.put(host, wait);
    if (before != null) {
      before.result().setResult(nothingNew());
    }
    result.onCompletion(() -> waits.remove(host, wait));
    // After the wait is known, so that no order falls between looking and waiting.
    answer(wait);
    if (atMost.isZero()) {
      // To the container a wait of no time at all would be one without an end.
      result.setResult(nothingNew());
    }
    return result;
  }

  /** How many agents wait now. */
  public int waiting() {
    return waits.size();
  }

  /** Wakes those for whom another allocator has made orders. */
  public void look() {
    if (waits.isEmpty()) {
      return;
    }
    // All of them: one statement that names ten thousand hosts costs more than it spares.
    Map<HostName, Long> revisions = desk.read(() -> desk.hosts().revisions());
    revisions.forEach(
        (host, revision) ->
            Optional.ofNullable(waits.get(host))
                .filter(wait -> revision > wait.after())
                .ifPresent(wait -> wake(host)));
  }

  private void wake(HostName host) {
    Wait wait = waits.get(host);
    if (wait != null) {
      executor.execute(() -> attempt(() -> answer(wait)));
    }
  }

  /** The agent goes on waiting; the next look, or its next call, makes good what failed. */
  private static void attempt(Runnable work) {
    try {
      work.run();
    } catch (NestedRuntimeException e) {
      LOG.warn("orders could not be looked at: {}", e.getMessage());
    }
  }

  private void answer(Wait wait) {
    Optional<Long> revision = desk.read(() -> desk.hosts().revision(wait.host()));
    if (revision.filter(known -> known <= wait.after()).isPresent()) {
      return;
    }
    Outcome<DesiredState> outcome = hostDesk.desired(wait.host());
    if (outcome instanceof Outcome.Refused<DesiredState> refused) {
      wait.result().setErrorResult(new RefusedCall(refused.refusal()));
    } else if (outcome instanceof Outcome.Done<DesiredState> done
        && done.value().revision() > wait.after()) {
      wait.result().setResult(AgentCalls.json(HttpStatus.OK, DesiredJson.write(done.value())));
    }
  }

  private static ResponseEntity<String> nothingNew() {
    return ResponseEntity.status(HttpStatus.NOT_MODIFIED).build();
  }
}
