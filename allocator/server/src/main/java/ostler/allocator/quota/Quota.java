package ostler.allocator.quota;

import java.util.Objects;
import java.util.Optional;
import ostler.inventory.ProjectId;

/**
 * How much of one key a project has, and may have.
 *
 * @param limit absent where none was set, which allows nothing
 * @param used may be above the limit after it was lowered: then nothing more is granted, and
 *     nothing is taken away
 */
public record Quota(ProjectId project, ResourceKey key, Optional<Long> limit, long used) {

  public Quota {
    Objects.requireNonNull(project);
    Objects.requireNonNull(key);
    if (used < 0 || limit.filter(most -> most < 0).isPresent()) {
      throw new IllegalArgumentException(
          "limit and usage are 0 or more, not " + limit + " and " + used);
    }
  }

  /** A key of which nothing was ever set or used. */
  public static Quota unset(ProjectId project, ResourceKey key) {
    return new Quota(project, key, Optional.empty(), 0);
  }

  public boolean allows(long more) {
    // Subtracting cannot overflow, adding could.
    return limit.isPresent() && more <= limit.get() - used;
  }

  /** Why so much more is too much, for the tenant: it names the key, the limit and the use. */
  public String shortfall(long more) {
    if (limit.isEmpty()) {
      return "project "
          + project
          + " has no limit for "
          + key
          + ", which allows nothing; ask an operator to set one";
    }
    return "project "
        + project
        + " uses "
        + used
        + " of "
        + limit.get()
        + " for "
        + key
        + " and asked for "
        + more
        + " more; release something, or ask an operator for more";
  }
}
