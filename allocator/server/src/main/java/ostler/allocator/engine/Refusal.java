package ostler.allocator.engine;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A no, with its reasons. Nothing was changed.
 *
 * @param toTenant the same no for a tenant, where the sentences say what is not its to know
 */
public record Refusal(Code code, String message, List<Reason> reasons, Optional<Refusal> toTenant) {
  public Refusal {
    Objects.requireNonNull(code);
    Objects.requireNonNull(message);
    Objects.requireNonNull(toTenant);
    reasons = List.copyOf(reasons);
  }

  /** A no that everybody may hear. */
  public Refusal(Code code, String message, List<Reason> reasons) {
    this(code, message, reasons, Optional.empty());
  }

  /** As a tenant is told it. */
  public Refusal forTenant() {
    return toTenant.orElse(this);
  }

  public static Refusal of(Code code, String message) {
    return new Refusal(code, message, List.of());
  }

  public static Refusal of(Reason reason) {
    return of(reason.code(), reason.message());
  }
}
