package ostler.allocator.engine;

import java.util.List;
import java.util.Objects;

/** A no, with its reasons. Nothing was changed. */
public record Refusal(Code code, String message, List<Reason> reasons) {
  public Refusal {
    Objects.requireNonNull(code);
    Objects.requireNonNull(message);
    reasons = List.copyOf(reasons);
  }

  public static Refusal of(Code code, String message) {
    return new Refusal(code, message, List.of());
  }

  public static Refusal of(Reason reason) {
    return of(reason.code(), reason.message());
  }
}
