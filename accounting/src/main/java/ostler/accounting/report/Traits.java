package ostler.accounting.report;

import java.util.Objects;
import java.util.Optional;

/**
 * Whose and what the time was; what is absent is nobody's, or was never written down.
 *
 * @param kind whether it is time of whole devices or of slices, and of which kind
 * @param sliceType of slices that have one
 * @param state the name of what the time went to
 */
public record Traits(
    Optional<String> project,
    Optional<String> model,
    Optional<String> alias,
    Optional<String> host,
    Optional<String> kind,
    Optional<String> sliceType,
    String state) {

  public Traits {
    Objects.requireNonNull(project);
    Objects.requireNonNull(model);
    Objects.requireNonNull(alias);
    Objects.requireNonNull(host);
    Objects.requireNonNull(kind);
    Objects.requireNonNull(sliceType);
    Objects.requireNonNull(state);
  }

  /** The same time in another state. */
  public Traits in(String now) {
    return new Traits(project, model, alias, host, kind, sliceType, now);
  }

  Optional<String> of(Dimension dimension) {
    return switch (dimension) {
      case PROJECT -> project;
      case MODEL -> model;
      case ALIAS -> alias;
      case HOST -> host;
      case KIND -> kind;
      case SLICE_TYPE -> sliceType;
      case STATE -> Optional.of(state);
    };
  }
}
