package ostler.flavor.nova;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The quota tree.
 *
 * @param projects by id
 */
public record Limits(Map<String, Node> projects) {

  /** So that a tree with a circle, which the allocator forbids, ends a walk all the same. */
  private static final int MAX_DEPTH = 64;

  private static final long UNLIMITED = -1;

  /**
   * One project.
   *
   * @param limits by resource key; -1 is unlimited
   */
  public record Node(Optional<String> parent, Map<String, Long> limits) {
    public Node {
      Objects.requireNonNull(parent);
      limits = Map.copyOf(limits);
    }
  }

  public Limits {
    projects = new LinkedHashMap<>(projects);
  }

  /** Whether any project may have so much of all the keys at once. */
  boolean someProjectMayHave(Map<String, Long> demand) {
    return projects.keySet().stream()
        .anyMatch(
            project ->
                demand.entrySet().stream()
                    .allMatch(part -> mayHave(project, part.getKey(), part.getValue())));
  }

  /** The most of a key that any project may have; empty if some may have any number. */
  Optional<Long> highest(String key) {
    long highest = 0;
    for (String project : projects.keySet()) {
      Optional<Long> most = most(project, key);
      if (most.isEmpty()) {
        return Optional.empty();
      }
      highest = Math.max(highest, most.get());
    }
    return Optional.of(highest);
  }

  private boolean mayHave(String project, String key, long amount) {
    Optional<Long> most = most(project, key);
    return most.isEmpty() || amount <= most.get();
  }

  /**
   * The lowest limit from the project up to its root. Where none of them sets the key, the shipped
   * default speaks, which allows no alias and any number of all else.
   */
  private Optional<Long> most(String project, String key) {
    Optional<Long> lowest = Optional.empty();
    boolean set = false;
    Optional<String> at = Optional.of(project);
    for (int depth = 0; depth < MAX_DEPTH && at.isPresent(); depth++) {
      Node node = projects.get(at.get());
      if (node == null) {
        break;
      }
      Long limit = node.limits().get(key);
      set |= limit != null;
      if (limit != null && limit != UNLIMITED) {
        lowest = Optional.of(Math.min(limit, lowest.orElse(limit)));
      }
      at = node.parent();
    }
    return !set && key.startsWith("alias:") ? Optional.of(0L) : lowest;
  }
}
