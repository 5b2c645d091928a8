package ostler.agent.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a call is made again: from a second up to half a minute, and somewhere
 * between half and all of it, so that ten thousand agents do not come back at one moment.
 */
final class Retry {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration MAX = Duration.ofSeconds(30);
  private static final int MAX_DOUBLINGS = 5;

  private final RandomGenerator random;
  private int failures;

  Retry(RandomGenerator random) {
    this.random = random;
  }

  void succeeded() {
    failures = 0;
  }

  Duration afterFailure() {
    long whole = Math.min(FIRST.toMillis() << Math.min(failures, MAX_DOUBLINGS), MAX.toMillis());
    failures++;
    return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
  }

  boolean isFirst() {
    return failures == 0;
  }
}
