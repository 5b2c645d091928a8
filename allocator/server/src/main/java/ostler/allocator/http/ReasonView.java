package ostler.allocator.http;

import java.util.Optional;
import ostler.allocator.engine.Reason;

/** Why something is so. */
public record ReasonView(String code, String message) {

  static ReasonView of(Optional<Reason> reason) {
    return reason.map(why -> new ReasonView(why.code().name(), why.message())).orElse(null);
  }
}
