package ostler.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import ostler.cli.print.Node;

/** Waits until a thing is as somebody wants it, asking again and again, with a bound. */
final class Waiting {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final int MILLIS_PER_SECOND = 1000;

  /** How far a thing is. */
  sealed interface Progress {}

  /** It is as wanted. */
  private record Done() implements Progress {}

  /** It will not become so. */
  private record Failed(String why) implements Progress {}

  /**
   * Not yet.
   *
   * @param why what it waits for itself, if it says so
   */
  private record Still(String state, String why) implements Progress {}

  static final Progress DONE = new Done();

  static Progress failed(String why) {
    return new Failed(why);
  }

  static Progress stillAt(String state, String why) {
    return new Still(state, why);
  }

  private final Session session;

  Waiting(Session session) {
    this.session = session;
  }

  /**
   * Waits if the command line says so.
   *
   * @param noun what kind of thing it is, for example {@code unit}
   * @param first what it was like at first
   * @return the thing as it was last seen
   */
  Node forState(Arguments said, String noun, Node first, Function<Node, Progress> judge)
      throws Failure {
    Optional<Duration> bound = said.get(Verb.WAIT);
    return bound.isEmpty() ? first : until(bound.get(), noun, first, judge);
  }

  private Node until(Duration bound, String noun, Node first, Function<Node, Progress> judge)
      throws Failure {
    String id = first.textAt("id");
    String advice = "see how it is: ostler " + noun + " show " + id;
    long begin = session.nowMillis();
    Duration pause = FIRST_PAUSE;
    Node seen = first;
    try {
      while (judge.apply(seen) instanceof Still still) {
        long waited = session.nowMillis() - begin;
        if (waited >= bound.toMillis()) {
          throw timedOut(bound, still).andTry(advice);
        }
        session
            .terminal()
            .progress(still.state() + " for " + waited / MILLIS_PER_SECOND + " s " + still.why());
        session.pause(pause);
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
        seen = askAgain(seen, ApiPath.of(noun + "s", id));
      }
    } finally {
      session.terminal().progress("");
    }
    if (judge.apply(seen) instanceof Failed failed) {
      throw Failure.of(ExitCode.CONFLICT, "WAIT_FAILED", failed.why()).andTry(advice);
    }
    return seen;
  }

  /** An allocator that starts anew is no reason to give up before the time is over. */
  private Node askAgain(Node seen, ApiPath path) throws Failure {
    try {
      return session.api().get(path);
    } catch (Failure e) {
      if (e.exitCode() != ExitCode.UNREACHABLE) {
        throw e;
      }
      return seen;
    }
  }

  private static Failure timedOut(Duration bound, Still still) {
    String why = still.why().isEmpty() ? "" : " (" + still.why() + ')';
    return Failure.of(
        ExitCode.UNREACHABLE,
        "WAIT_TIMED_OUT",
        "It is still " + still.state() + why + " after " + bound.toSeconds() + " s.");
  }
}
