package ostler.agent.discovery;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.inventory.Link;
import ostler.inventory.Problem;
import ostler.sysfs.ErrorCounters;

/**
 * How one function does at one moment.
 *
 * @param responds whether its configuration space answers; absent where nobody could tell
 * @param errors absent where the kernel does not count any for it
 */
public record HealthReading(
    Optional<Boolean> responds,
    Optional<Link> link,
    Optional<ErrorCounters> errors,
    List<Problem> problems) {
  public HealthReading {
    Objects.requireNonNull(responds);
    Objects.requireNonNull(link);
    Objects.requireNonNull(errors);
    problems = List.copyOf(problems);
  }

  /** Whether a read did not come back, so that whatever is done next would not either. */
  public boolean hung() {
    return hung(problems);
  }

  static boolean hung(List<Problem> problems) {
    return problems.stream()
        .anyMatch(problem -> problem.code() == Problem.Code.ATTRIBUTE_TIMED_OUT);
  }
}
