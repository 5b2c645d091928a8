package ostler.agent.privileged;

import java.time.Duration;

/** One request to a program, and the one line that it answers. */
@FunctionalInterface
public interface Exchange {

  /** What came of a request. */
  sealed interface Ending {

    /** The first line, without its end. */
    record Line(String text) implements Ending {}

    /** No line came in time; the program may still run. */
    record Late() implements Ending {}

    /** No line will come. */
    record Nothing(String why) implements Ending {}
  }

  Ending ask(String request, Duration deadline) throws InterruptedException;
}
