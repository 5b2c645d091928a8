package ostler.allocator.quota;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.inventory.ProjectId;

/**
 * Whether a demand may be granted, and what stands against it.
 *
 * @param objections every limit that would be exceeded, and every key that nobody allowed, in order
 *     of key and from the project up to the root; none where it may be granted
 * @param binding the limit that leaves the least room for what was asked, of all on the path;
 *     absent where none is a number
 */
public record Verdict(List<Objection> objections, Optional<Quota> binding) {

  public Verdict {
    objections = List.copyOf(objections);
    Objects.requireNonNull(binding);
  }

  public boolean isAllowed() {
    return objections.isEmpty();
  }

  /** What stands against a demand. */
  public sealed interface Objection {

    /** The node that says it. */
    ProjectId project();

    /** For an operator, who may see the whole tree. */
    String sentence();

    /** For a tenant, to whom the tree above its own project is not to be shown. */
    String sentenceForTenant();
  }

  /** A limit would be exceeded. */
  public record Exceeded(ProjectId leaf, Quota quota, long asked) implements Objection {
    @Override
    public ProjectId project() {
      return quota.project();
    }

    @Override
    public String sentence() {
      if (quota.key().equals(ResourceKey.CLEANING)) {
        return "project "
            + quota.project()
            + " has "
            + quota.used()
            + " units to be cleaned and may have "
            + quota.limit().orElseThrow()
            + ", so that "
            + asked
            + " more for project "
            + leaf
            + " could not be cleaned when they come back; wait until some are clean";
      }
      String askedFor =
          quota.project().equals(leaf)
              ? " and asked for "
              : " with all below it, and project " + leaf + " asked for ";
      return "project "
          + quota.project()
          + " uses "
          + quota.used()
          + " of "
          + quota.limit().orElseThrow()
          + " for "
          + quota.key()
          + askedFor
          + asked
          + " more; release something, or ask an operator for more";
    }

    @Override
    public String sentenceForTenant() {
      return quota.project().equals(leaf)
          ? sentence()
          : "a limit above project "
              + leaf
              + " leaves less than the "
              + asked
              + " more for "
              + quota.key()
              + " that it asked for; release something, or ask an operator for more";
    }
  }

  /** No node on the path sets the key, and the server's default is to deny it then. */
  public record NotAllowed(ProjectId leaf, ResourceKey key) implements Objection {
    @Override
    public ProjectId project() {
      return leaf;
    }

    @Override
    public String sentence() {
      return "project "
          + leaf
          + " has no limit for "
          + key
          + ", which allows nothing; ask an operator to set one";
    }

    @Override
    public String sentenceForTenant() {
      return sentence();
    }
  }
}
