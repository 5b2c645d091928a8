package ostler.allocator.quota;

import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import ostler.inventory.ProjectId;

/**
 * How somebody wants one project to be. What is not said stays as it is; a project that is not
 * there is made.
 *
 * @param limits empty where a limit is to be taken away
 */
public record Wish(
    ProjectId project,
    Optional<String> name,
    Optional<Under> under,
    SortedMap<ResourceKey, Optional<Limit>> limits) {

  /**
   * Where a project is to stand.
   *
   * @param parent absent where it is to be a root
   */
  public record Under(Optional<ProjectId> parent) {
    public static final Under NOTHING = new Under(Optional.empty());

    public Under {
      Objects.requireNonNull(parent);
    }
  }

  public Wish {
    Objects.requireNonNull(project);
    Objects.requireNonNull(name);
    Objects.requireNonNull(under);
    limits = Collections.unmodifiableSortedMap(new TreeMap<>(limits));
  }

  /** That there is such a project, whatever it is like. */
  public static Wish of(ProjectId project) {
    return new Wish(project, Optional.empty(), Optional.empty(), new TreeMap<>());
  }

  public Wish named(String text) {
    return new Wish(project, Optional.of(text), under, limits);
  }

  public Wish under(ProjectId parent) {
    return under(new Under(Optional.of(parent)));
  }

  public Wish under(Under place) {
    return new Wish(project, name, Optional.of(place), limits);
  }

  public Wish limited(ResourceKey key, Limit limit) {
    return with(key, Optional.of(limit));
  }

  public Wish unlimited(ResourceKey key) {
    return limited(key, Limit.UNLIMITED);
  }

  /** Without a limit of its own. */
  public Wish unset(ResourceKey key) {
    return with(key, Optional.empty());
  }

  private Wish with(ResourceKey key, Optional<Limit> limit) {
    SortedMap<ResourceKey, Optional<Limit>> more = new TreeMap<>(limits);
    more.put(key, limit);
    return new Wish(project, name, under, more);
  }
}
