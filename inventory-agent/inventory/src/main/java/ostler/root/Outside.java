package ostler.root;

import java.time.Clock;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * What a root program gets from the machine beside files: given by its main class, and by tests.
 *
 * @param owner the user who must own this program's files: 0, or whoever runs the tests
 * @param pace makes of each deadline the one that counts: the same, or a shorter one in tests
 * @param random unpredictable for tenants
 */
public record Outside(
    Layout layout,
    int owner,
    Clock clock,
    RandomGenerator random,
    Pause pause,
    UnaryOperator<Duration> pace) {

  /** Lets time pass. */
  @FunctionalInterface
  public interface Pause {
    void last(Duration time);
  }
}
