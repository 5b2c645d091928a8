package ostler.lab.stack;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import ostler.lab.LabException;

/** Callers who make projects as fast as an allocator acknowledges them, and remember each one. */
public final class StackLoad {

  private static final int CALLERS = 4;
  private static final long END_MILLIS = 10_000;

  private final Allocator allocator;
  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicBoolean running = new AtomicBoolean();
  private final List<Thread> callers = new ArrayList<>();

  /** Load on one allocator; nothing is called yet. */
  public StackLoad(Allocator allocator) {
    this.allocator = allocator;
  }

  /** Begins to call. */
  public void start() {
    running.set(true);
    for (int caller = 0; caller < CALLERS; caller++) {
      Thread thread = new Thread(this::call, "load-" + caller);
      thread.setDaemon(true);
      thread.start();
      callers.add(thread);
    }
  }

  /** Ends all callers. */
  public void stop() throws InterruptedException {
    running.set(false);
    for (Thread caller : callers) {
      caller.join(END_MILLIS);
    }
    callers.clear();
  }

  /** How many calls were acknowledged so far. */
  public int acknowledged() {
    return acknowledged.size();
  }

  /** Projects that were acknowledged and that the allocator does not know. */
  public List<String> lost() throws IOException, LabException {
    List<String> lost = new ArrayList<>();
    for (String project : acknowledged) {
      if (allocator.call("GET", "/v1/projects/" + project, "") != HttpURLConnection.HTTP_OK) {
        lost.add(project);
      }
    }
    return lost;
  }

  private void call() {
    while (running.get()) {
      String project = "load-" + next.getAndIncrement();
      try {
        int status = allocator.call("PUT", "/v1/projects/" + project, "{\"name\":\"load\"}");
        if (status == HttpURLConnection.HTTP_OK || status == HttpURLConnection.HTTP_CREATED) {
          acknowledged.add(project);
        }
      } catch (IOException e) {
        // No answer is no acknowledgement; the allocator is being killed.
        Thread.onSpinWait();
      }
    }
  }
}
