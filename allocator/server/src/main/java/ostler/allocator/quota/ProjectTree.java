package ostler.allocator.quota;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import ostler.inventory.ProjectId;

/**
 * All projects and where they stand: a forest, since there may be several roots.
 *
 * @param projects by id; every parent is among them, and none is its own ancestor
 */
public record ProjectTree(SortedMap<ProjectId, Project> projects) {

  public ProjectTree {
    projects = Collections.unmodifiableSortedMap(new TreeMap<>(projects));
  }

  public static ProjectTree of(Collection<Project> projects) {
    SortedMap<ProjectId, Project> byId = new TreeMap<>();
    projects.forEach(project -> byId.put(project.id(), project));
    return new ProjectTree(byId);
  }

  public boolean contains(ProjectId id) {
    return projects.containsKey(id);
  }

  public Optional<ProjectId> parent(ProjectId id) {
    return Optional.ofNullable(projects.get(id)).flatMap(Project::parent);
  }

  /** A project and its ancestors, up to its root; nothing for one that is not there. */
  public List<ProjectId> path(ProjectId id) {
    List<ProjectId> path = new ArrayList<>();
    Optional<ProjectId> next = contains(id) ? Optional.of(id) : Optional.empty();
    while (next.isPresent()) {
      path.add(next.get());
      next = parent(next.get());
    }
    return path;
  }

  /** Projects and all that stand below them; those that are not there have nothing below. */
  public SortedSet<ProjectId> below(Collection<ProjectId> roots) {
    Map<ProjectId, List<ProjectId>> children = new HashMap<>();
    projects
        .values()
        .forEach(
            project ->
                project
                    .parent()
                    .ifPresent(
                        parent ->
                            children
                                .computeIfAbsent(parent, id -> new ArrayList<>())
                                .add(project.id())));
    SortedSet<ProjectId> below = new TreeSet<>();
    Deque<ProjectId> left = new ArrayDeque<>(roots);
    while (!left.isEmpty()) {
      ProjectId next = left.pop();
      if (contains(next) && below.add(next)) {
        left.addAll(children.getOrDefault(next, List.of()));
      }
    }
    return below;
  }
}
