package ostler.allocator.quota;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import ostler.inventory.ProjectId;

/** What has to be done so that a tree becomes as somebody wants it, and nothing else. */
public record TreePlan(ProjectTree before, ProjectTree after, List<Change> changes) {

  public TreePlan {
    Objects.requireNonNull(before);
    Objects.requireNonNull(after);
    changes = List.copyOf(changes);
  }

  /** One thing that becomes other than it was. */
  public sealed interface Change {
    ProjectId project();
  }

  /** A project is made. */
  public record Made(Project made) implements Change {
    @Override
    public ProjectId project() {
      return made.id();
    }
  }

  /** A project is called by another name. */
  public record Renamed(ProjectId project, String from, String to) implements Change {}

  /** A project goes under another parent, with all that is below it. */
  public record Moved(ProjectId project, Optional<ProjectId> from, Optional<ProjectId> to)
      implements Change {}

  /** A limit is set, changed or taken away. */
  public record Limited(
      ProjectId project, ResourceKey key, Optional<Limit> from, Optional<Limit> to)
      implements Change {

    public Quota.Id id() {
      return new Quota.Id(project, key);
    }

    /** Whether only a number changes: there was one, and there will be one. */
    public boolean onlyNumber() {
      return isFinite(from) && isFinite(to);
    }

    private static boolean isFinite(Optional<Limit> limit) {
      return limit.filter(most -> !most.isUnlimited()).isPresent();
    }
  }

  /** What wishes come to. */
  public sealed interface Result {}

  /** They can be done. */
  public record Sound(TreePlan plan) implements Result {}

  /**
   * They cannot.
   *
   * @param wish which of them is wrong, from 0
   * @param field which of its fields: id or parent
   * @param rule what it breaks
   */
  public record Fault(int wish, String field, String rule) implements Result {}

  /**
   * Works out what to do.
   *
   * @param limits that are set now at the projects that the wishes name
   */
  public static Result of(ProjectTree before, Map<Quota.Id, Limit> limits, List<Wish> wishes) {
    SortedMap<ProjectId, Project> projects = new TreeMap<>(before.projects());
    Map<ProjectId, Integer> named = new HashMap<>();
    for (int i = 0; i < wishes.size(); i++) {
      Wish wish = wishes.get(i);
      if (named.put(wish.project(), i) != null) {
        return new Fault(i, "id", "project " + wish.project() + " is named twice");
      }
      projects.merge(wish.project(), wanted(wish), (old, none) -> wanted(wish, old));
    }
    ProjectTree after = new ProjectTree(projects);
    return fault(after, wishes, named)
        .<Result>map(fault -> fault)
        .orElseGet(
            () -> new Sound(new TreePlan(before, after, changes(before, after, limits, wishes))));
  }

  /**
   * The projects whose judgements would no longer be right: all below one that goes elsewhere, and
   * all below one that sets other limits than before. A number alone that changes disturbs nobody,
   * since it is read where it is counted.
   */
  public SortedSet<ProjectId> disturbed() {
    return before.below(roots());
  }

  /** The projects that with all below them are disturbed. */
  public SortedSet<ProjectId> roots() {
    SortedSet<ProjectId> roots = new TreeSet<>();
    for (Change change : changes) {
      boolean disturbs =
          change instanceof Moved || (change instanceof Limited limited && !limited.onlyNumber());
      if (disturbs && before.contains(change.project())) {
        roots.add(change.project());
      }
    }
    return roots;
  }

  /** The projects whose ancestors become others than before. */
  public SortedSet<ProjectId> rewired() {
    return after.below(
        changes.stream()
            .filter(change -> change instanceof Made || change instanceof Moved)
            .map(Change::project)
            .toList());
  }

  /**
   * How much more, or less, each node has below it afterwards.
   *
   * @param charged to each of the {@link #disturbed} projects itself
   */
  public SortedMap<Quota.Id, Long> shift(Map<Quota.Id, Long> charged) {
    SortedMap<Quota.Id, Long> shift = new TreeMap<>();
    charged.forEach(
        (id, amount) -> {
          before.path(id.project()).forEach(node -> add(shift, node, id.key(), -amount));
          after.path(id.project()).forEach(node -> add(shift, node, id.key(), amount));
        });
    shift.values().removeIf(amount -> amount == 0);
    return shift;
  }

  /**
   * What each node has below it afterwards, as far as it is charged to the disturbed; that is all
   * of it for nodes that are disturbed themselves.
   *
   * @param charged to each of the {@link #disturbed} projects itself
   */
  public SortedMap<Quota.Id, Long> below(Map<Quota.Id, Long> charged) {
    SortedMap<Quota.Id, Long> below = new TreeMap<>();
    charged.forEach(
        (id, amount) ->
            after.path(id.project()).forEach(node -> add(below, node, id.key(), amount)));
    return below;
  }

  private static void add(
      SortedMap<Quota.Id, Long> sums, ProjectId node, ResourceKey key, long amount) {
    sums.merge(new Quota.Id(node, key), amount, Long::sum);
  }

  private static Project wanted(Wish wish) {
    return new Project(
        wish.project(),
        wish.name().orElse(wish.project().value()),
        wish.under().flatMap(Wish.Under::parent));
  }

  private static Project wanted(Wish wish, Project old) {
    return new Project(
        old.id(),
        wish.name().orElse(old.name()),
        wish.under().map(Wish.Under::parent).orElse(old.parent()));
  }

  private static Optional<Fault> fault(
      ProjectTree after, List<Wish> wishes, Map<ProjectId, Integer> named) {
    for (int i = 0; i < wishes.size(); i++) {
      Optional<ProjectId> parent = after.parent(wishes.get(i).project());
      if (parent.isPresent() && !after.contains(parent.get())) {
        return Optional.of(
            new Fault(
                i,
                "parent",
                "there is no project " + parent.get() + "; make it first, or with it"));
      }
    }
    Set<ProjectId> sound = new HashSet<>();
    for (ProjectId project : after.projects().keySet()) {
      Optional<Fault> fault = circle(after, project, sound, named);
      if (fault.isPresent()) {
        return fault;
      }
    }
    // Only now, since a circle has no end to measure.
    for (ProjectId project : after.below(named.keySet())) {
      List<ProjectId> path = after.path(project);
      if (path.size() > Path.MAX_LEVELS) {
        return path.stream()
            .filter(named::containsKey)
            .findFirst()
            .map(
                guilty ->
                    new Fault(
                        named.get(guilty),
                        "parent",
                        "project "
                            + project
                            + " would be deeper than "
                            + Path.MAX_LEVELS
                            + " levels"));
      }
    }
    return Optional.empty();
  }

  private static Optional<Fault> circle(
      ProjectTree after, ProjectId start, Set<ProjectId> sound, Map<ProjectId, Integer> named) {
    Set<ProjectId> walked = new LinkedHashSet<>();
    Optional<ProjectId> next = Optional.of(start);
    while (next.isPresent() && !sound.contains(next.get())) {
      if (!walked.add(next.get())) {
        List<ProjectId> circle = new ArrayList<>(walked);
        List<ProjectId> ring = circle.subList(circle.indexOf(next.get()), circle.size());
        ProjectId guilty = ring.stream().filter(named::containsKey).findFirst().orElseThrow();
        return Optional.of(
            new Fault(
                named.get(guilty),
                "parent",
                "project " + guilty + " would be its own ancestor, by way of " + ring));
      }
      next = after.parent(next.get());
    }
    sound.addAll(walked);
    return Optional.empty();
  }

  private static List<Change> changes(
      ProjectTree before, ProjectTree after, Map<Quota.Id, Limit> limits, List<Wish> wishes) {
    List<Change> changes = new ArrayList<>();
    for (Wish wish : wishes) {
      Project now = after.projects().get(wish.project());
      Project old = before.projects().get(wish.project());
      if (old == null) {
        changes.add(new Made(now));
      } else {
        if (!old.name().equals(now.name())) {
          changes.add(new Renamed(now.id(), old.name(), now.name()));
        }
        if (!old.parent().equals(now.parent())) {
          changes.add(new Moved(now.id(), old.parent(), now.parent()));
        }
      }
      wish.limits()
          .forEach(
              (key, limit) -> {
                Optional<Limit> from =
                    Optional.ofNullable(limits.get(new Quota.Id(wish.project(), key)));
                if (!from.equals(limit)) {
                  changes.add(new Limited(wish.project(), key, from, limit));
                }
              });
    }
    return changes;
  }
}
