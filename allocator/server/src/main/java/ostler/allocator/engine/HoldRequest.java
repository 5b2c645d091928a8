package ostler.allocator.engine;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import ostler.inventory.Consumer;
import ostler.inventory.ProjectId;

/**
 * What somebody wants to be promised.
 *
 * @param id chosen by the caller, so that a repeated request is known as one
 * @param parts as a claim's
 * @param ttl whole seconds, 1 s to 1 h
 */
public record HoldRequest(
    HoldId id, ProjectId project, List<Part> parts, Where where, Consumer consumer, Duration ttl) {

  public static final Duration DEFAULT_TTL = Duration.ofMinutes(2);

  /** A promise is to bridge the time until a machine is built, and not a reservation. */
  public static final Duration MAX_TTL = Duration.ofHours(1);

  public HoldRequest {
    Objects.requireNonNull(id);
    Objects.requireNonNull(project);
    parts = ClaimRequest.checked(parts);
    Objects.requireNonNull(where);
    Objects.requireNonNull(consumer);
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0
        || ttl.compareTo(MAX_TTL) > 0
        || !ttl.equals(Duration.ofSeconds(ttl.toSeconds()))) {
      throw new IllegalArgumentException(
          "a hold lasts 1 to " + MAX_TTL.toSeconds() + " whole seconds, not " + ttl);
    }
  }

  /** Whether a hold is what this asks for. */
  public boolean isAnsweredBy(Hold hold) {
    return hold.request().equals(this);
  }
}
