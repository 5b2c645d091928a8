package ostler.allocator.engine;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.Tenant;

/**
 * Units given to a consumer of a project.
 *
 * @param parts what it asked for
 * @param asked the hosts that it asked for
 * @param host where its units are
 * @param adopted whether it records a holder that was there before us
 * @param hold the promise that it made use of
 * @param moveOf the claim whose consumer moves to this one
 */
public record Claim(
    ClaimId id,
    ProjectId project,
    List<Part> parts,
    Where asked,
    HostName host,
    Consumer consumer,
    ClaimState state,
    boolean adopted,
    Optional<HoldId> hold,
    Optional<ClaimId> moveOf,
    String createdBy,
    Instant created,
    Optional<Instant> released) {

  public Claim {
    Objects.requireNonNull(id);
    Objects.requireNonNull(project);
    parts = ClaimRequest.checked(parts);
    Objects.requireNonNull(asked);
    Objects.requireNonNull(host);
    Objects.requireNonNull(consumer);
    Objects.requireNonNull(state);
    Objects.requireNonNull(hold);
    Objects.requireNonNull(moveOf);
    Objects.requireNonNull(createdBy);
    Objects.requireNonNull(created);
    Objects.requireNonNull(released);
  }

  /** What is granted to a request on a host. */
  public static Claim granted(
      ClaimRequest request, Optional<ClaimId> moveOf, HostName host, String by, Instant now) {
    return new Claim(
        request.id(),
        request.project(),
        request.parts(),
        request.where(),
        host,
        request.consumer(),
        ClaimState.PREPARING,
        false,
        request.hold(),
        moveOf,
        by,
        now,
        Optional.empty());
  }

  /** The first part's alias, which is the only one of most claims. */
  public AliasName alias() {
    return parts.get(0).alias();
  }

  /** How many units all parts have together. */
  public int count() {
    return ClaimRequest.count(parts);
  }

  public Tenant tenant() {
    return new Tenant(id, project, consumer);
  }

  /** The same claim in another state. */
  public Claim in(ClaimState now, Optional<Instant> end) {
    return new Claim(
        id, project, parts, asked, host, consumer, now, adopted, hold, moveOf, createdBy, created,
        end);
  }
}
