package ostler.inventory;

import java.util.Objects;

/** Who may hold a unit: a claim, the project that pays for it, and the consumer that uses it. */
public record Tenant(ClaimId claim, ProjectId project, Consumer consumer) {
  public Tenant {
    Objects.requireNonNull(claim);
    Objects.requireNonNull(project);
    Objects.requireNonNull(consumer);
  }
}
