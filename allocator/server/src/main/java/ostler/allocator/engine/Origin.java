package ostler.allocator.engine;

import java.util.Objects;

/**
 * Who wants something done, for the audit.
 *
 * @param actor the role and name of the caller's token, or {@code allocator}
 * @param requestId of the call
 * @param reason what the caller said; empty text where nothing was said
 */
public record Origin(String actor, String requestId, String reason) {
  public Origin {
    Objects.requireNonNull(actor);
    Objects.requireNonNull(requestId);
    Objects.requireNonNull(reason);
  }

  public Origin because(String said) {
    return new Origin(actor, requestId, said);
  }
}
