package ostler.allocator.engine.placement;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import ostler.flavor.Alias;
import ostler.inventory.ProjectId;

/**
 * What is to be found on one host, all of it.
 *
 * @param project for which; where nobody says, what is kept for any project is taken to be free
 */
public record Request(List<Need> needs, Guest guest, Optional<ProjectId> project) {

  public static final int MAX_NEEDS = 16;
  public static final int MAX_COUNT = 64;

  /**
   * So many units that one alias means.
   *
   * @param count 1 to {@value Request#MAX_COUNT}
   */
  public record Need(Alias alias, int count) {
    public Need {
      Objects.requireNonNull(alias);
      if (count < 1 || count > MAX_COUNT) {
        throw new IllegalArgumentException("is 1 to " + MAX_COUNT + " units, not " + count);
      }
    }

    /** {@code 4 of h100}. */
    @Override
    public String toString() {
      return count + " of " + alias.name();
    }
  }

  public Request {
    needs = List.copyOf(needs);
    Objects.requireNonNull(guest);
    Objects.requireNonNull(project);
    if (needs.isEmpty() || needs.size() > MAX_NEEDS) {
      throw new IllegalArgumentException("are 1 to " + MAX_NEEDS + " parts, not " + needs.size());
    }
  }

  /** For nobody in particular. */
  public Request(List<Need> needs, Guest guest) {
    this(needs, guest, Optional.empty());
  }

  /** Of one alias, for a guest without a NUMA topology. */
  public static Request of(Alias alias, int count) {
    return new Request(List.of(new Need(alias, count)), Guest.PLAIN);
  }

  /** {@code 4 of h100 and 1 of nic}. */
  @Override
  public String toString() {
    return needs.stream().map(Need::toString).collect(Collectors.joining(" and "));
  }
}
