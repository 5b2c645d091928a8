package ostler.allocator.store;

import java.util.Objects;
import java.util.Optional;
import ostler.allocator.quota.QuotaDefault;
import ostler.inventory.ProjectId;

/**
 * What the operator decided about projects for which nobody decided anything.
 *
 * @param otherwise what holds for a key that no node on a project's path sets
 * @param home under which project one that is unknown is made when it asks for something; absent
 *     where it is refused
 */
public record TreePolicy(QuotaDefault otherwise, Optional<ProjectId> home) {

  public static final TreePolicy SHIPPED = new TreePolicy(QuotaDefault.SHIPPED, Optional.empty());

  public TreePolicy {
    Objects.requireNonNull(otherwise);
    Objects.requireNonNull(home);
  }
}
