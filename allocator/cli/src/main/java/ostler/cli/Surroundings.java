package ostler.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What the command finds around it, handed in by the program's main class or by a test.
 *
 * @param home the user's folder
 * @param zone in which people here read times
 * @param ids makes new ids
 */
record Surroundings(
    Map<String, String> environment,
    Path home,
    Terminal terminal,
    Clock clock,
    ZoneId zone,
    Pause pause,
    Supplier<UUID> ids) {

  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  Surroundings {
    environment = Map.copyOf(environment);
  }

  /** An environment variable; one that is set to nothing counts as not set. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }
}
