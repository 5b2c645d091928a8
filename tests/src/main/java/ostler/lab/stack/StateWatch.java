package ostler.lab.stack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import ostler.lab.LabException;

/** Looks at a unit all the time and notes every state it was seen in, in order. */
public final class StateWatch implements AutoCloseable {

  private static final long PAUSE_MILLIS = 25;
  private static final long END_MILLIS = 10_000;

  private final Allocator allocator;
  private final String unit;
  private final List<String> states = new ArrayList<>();
  private final Thread thread;

  /** Starts to look. */
  public StateWatch(Allocator allocator, String unit) {
    this.allocator = allocator;
    this.unit = unit;
    thread = new Thread(this::watch, "state-watch");
    thread.setDaemon(true);
    thread.start();
  }

  /** The states so far; a state appears again when the unit came back to it. */
  public List<String> states() {
    synchronized (states) {
      return List.copyOf(states);
    }
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          note(allocator.get("/v1/units/" + unit).path("state").asString(""));
        } catch (IOException | LabException e) {
          note("(no answer)");
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void note(String state) {
    synchronized (states) {
      if (states.isEmpty() || !states.get(states.size() - 1).equals(state)) {
        states.add(state);
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
