package ostler.accounting.report;

import java.util.Objects;
import java.util.Optional;

/**
 * Whose and what the time was; what is absent is nobody's, or was never written down.
 *
 * @param state the name of what the time went to
 */
public record Traits(
    Optional<String> project,
    Optional<String> model,
    Optional<String> alias,
    Optional<String> host,
    String state) {

  public Traits {
    Objects.requireNonNull(project);
    Objects.requireNonNull(model);
    Objects.requireNonNull(alias);
    Objects.requireNonNull(host);
    Objects.requireNonNull(state);
  }

  /** The same time in another state. */
  public Traits in(String now) {
    return new Traits(project, model, alias, host, now);
  }

  Optional<String> of(Dimension dimension) {
    return switch (dimension) {
      case PROJECT -> project;
      case MODEL -> model;
      case ALIAS -> alias;
      case HOST -> host;
      case STATE -> Optional.of(state);
    };
  }
}
