package ostler.allocator.quota;

import java.util.Collection;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import ostler.inventory.ProjectId;

/**
 * How much of one key a project and all below it have, and may have.
 *
 * @param limit absent where this node sets none, which leaves it to the nodes above
 * @param used may be above the limit after it was lowered: then nothing more is granted, and
 *     nothing is taken away
 */
public record Quota(ProjectId project, ResourceKey key, Optional<Limit> limit, long used) {

  public Quota {
    Objects.requireNonNull(project);
    Objects.requireNonNull(key);
    Objects.requireNonNull(limit);
    if (used < 0) {
      throw new IllegalArgumentException("usage is 0 or more, not " + used);
    }
  }

  /** A key for which nothing was set, and of which nothing is used. */
  public static Quota unset(ProjectId project, ResourceKey key) {
    return new Quota(project, key, Optional.empty(), 0);
  }

  public Id id() {
    return new Id(project, key);
  }

  /** Which node's limit of which key. */
  public record Id(ProjectId project, ResourceKey key) implements Comparable<Id> {
    private static final Comparator<Id> ORDER =
        Comparator.comparing(Id::project).thenComparing(Id::key);

    @Override
    public int compareTo(Id other) {
      return ORDER.compare(this, other);
    }
  }

  public Quota withUsed(long now) {
    return new Quota(project, key, limit, now);
  }

  /** Whether this node counts the key, since there is a number that it must not exceed. */
  public boolean isFinite() {
    return limit.filter(most -> !most.isUnlimited()).isPresent();
  }

  /** Whether this node has nothing against so much more. */
  public boolean allows(long more) {
    return limit.map(most -> most.allows(used, more)).orElse(true);
  }

  /** How much more this node allows; negative where it is over its limit, absent where any. */
  public Optional<Long> room() {
    return limit.filter(most -> !most.isUnlimited()).map(most -> most.value() - used);
  }

  /** The limit of some that leaves the least room; of equals the first. */
  public static Optional<Quota> tightest(Collection<Quota> quotas) {
    return quotas.stream()
        .filter(Quota::isFinite)
        .min(Comparator.comparing(quota -> quota.room().orElseThrow()));
  }

  /** By how much the limit is exceeded, which happens where it was lowered; mostly 0. */
  public long over() {
    return room().map(left -> Math.max(0, -left)).orElse(0L);
  }
}
