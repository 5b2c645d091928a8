package ostler.allocator.engine;

import java.time.Instant;
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
 * @param count how many units it asked for, all on one host
 * @param askedHost the host it asked for, absent where any would do
 * @param host where its units are
 * @param adopted whether it records a holder that was there before us
 */
public record Claim(
    ClaimId id,
    ProjectId project,
    AliasName alias,
    int count,
    Optional<HostName> askedHost,
    HostName host,
    Consumer consumer,
    ClaimState state,
    boolean adopted,
    String createdBy,
    Instant created,
    Optional<Instant> released) {

  public Claim {
    Objects.requireNonNull(id);
    Objects.requireNonNull(project);
    Objects.requireNonNull(alias);
    Objects.requireNonNull(askedHost);
    Objects.requireNonNull(host);
    Objects.requireNonNull(consumer);
    Objects.requireNonNull(state);
    Objects.requireNonNull(createdBy);
    Objects.requireNonNull(created);
    Objects.requireNonNull(released);
    if (count < 1) {
      throw new IllegalArgumentException("a claim asks for 1 unit or more, not " + count);
    }
  }

  public Tenant tenant() {
    return new Tenant(id, project, consumer);
  }
}
