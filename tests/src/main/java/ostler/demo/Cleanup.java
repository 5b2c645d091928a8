package ostler.demo;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import ostler.lab.LabException;

/** What has to be gone when the demo ends: by itself, by a failure, or by Ctrl-C. */
final class Cleanup {

  private final Deque<Closing> closings = new ArrayDeque<>();

  /** Something that ends. */
  @FunctionalInterface
  interface Closing {
    /** Ends it. */
    void close() throws IOException, LabException;
  }

  /** Ends with the JVM at the latest. */
  static Cleanup atExit() {
    Cleanup cleanup = new Cleanup();
    Runtime.getRuntime().addShutdownHook(new Thread(cleanup::run, "cleanup"));
    return cleanup;
  }

  /** Adds something; what was added last ends first. */
  synchronized void add(Closing closing) {
    closings.push(closing);
  }

  /** Ends everything that has not ended yet. */
  synchronized void run() {
    while (!closings.isEmpty()) {
      try {
        closings.pop().close();
      } catch (IOException | LabException e) {
        System.err.println("ostler: something of the demo may be left: " + e.getMessage());
      }
    }
  }
}
