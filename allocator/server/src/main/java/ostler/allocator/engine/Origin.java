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
  /** Who does what follows from what is known, without anybody asking. */
  public static final String ALLOCATOR = "allocator";

  public Origin {
    Objects.requireNonNull(actor);
    Objects.requireNonNull(requestId);
    Objects.requireNonNull(reason);
  }

  /** The same call, done by another. */
  public Origin by(String other) {
    return new Origin(other, requestId, reason);
  }
}
