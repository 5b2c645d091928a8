package ostler.allocator.engine;

import java.util.Objects;
import java.util.Optional;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;

/**
 * What somebody asks for.
 *
 * @param id chosen by the caller, so that a repeated request is known as one
 * @param count 1 to 64 units, all on one host
 */
public record ClaimRequest(
    ClaimId id,
    ProjectId project,
    AliasName alias,
    int count,
    Optional<HostName> host,
    Consumer consumer) {

  /** More devices than any known machine passes through. */
  public static final int MAX_COUNT = 64;

  public ClaimRequest {
    Objects.requireNonNull(id);
    Objects.requireNonNull(project);
    Objects.requireNonNull(alias);
    Objects.requireNonNull(host);
    Objects.requireNonNull(consumer);
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException(
          "a claim asks for 1 to " + MAX_COUNT + " units, not " + count);
    }
  }

  /** Whether a claim is what this asks for, so that asking again answers with it. */
  public boolean isAnsweredBy(Claim claim) {
    return claim.id().equals(id)
        && !claim.adopted()
        && claim.project().equals(project)
        && claim.alias().equals(alias)
        && claim.count() == count
        && claim.askedHost().equals(host)
        && claim.consumer().equals(consumer);
  }
}
