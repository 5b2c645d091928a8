package ostler.lab.stack;

import java.io.IOException;
import java.time.Duration;
import ostler.lab.LabException;

/** Waits for what has to become true, and never without a deadline. */
public final class Waiting {

  private static final long PAUSE_MILLIS = 100;

  private Waiting() {}

  /** Something that can be looked at again and again. */
  @FunctionalInterface
  public interface Look {
    /** Whether it is so now. */
    boolean holds() throws IOException, InterruptedException, LabException;
  }

  /** Returns when {@code look} holds; after the deadline that it does not is a failure. */
  public static void until(String what, Duration deadline, Look look)
      throws IOException, InterruptedException, LabException {
    long end = System.nanoTime() + deadline.toNanos();
    while (!look.holds()) {
      if (System.nanoTime() > end) {
        throw new LabException(what + ": not so after " + deadline.toSeconds() + " s");
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
