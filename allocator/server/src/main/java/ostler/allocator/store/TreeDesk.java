package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.Project;
import ostler.allocator.quota.ProjectTree;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.TreePlan;
import ostler.allocator.quota.TreePlan.Change;
import ostler.allocator.quota.TreePlan.Fault;
import ostler.allocator.quota.TreePlan.Limited;
import ostler.allocator.quota.TreePlan.Made;
import ostler.allocator.quota.TreePlan.Moved;
import ostler.allocator.quota.TreePlan.Renamed;
import ostler.allocator.quota.TreePlan.Sound;
import ostler.allocator.quota.Wish;
import ostler.inventory.ProjectId;

/**
 * Changes the tree of projects and its limits, one change at a time and each all or nothing.
 *
 * <p>A change takes the tree, then every project whose judgements it disturbs, then the counters;
 * claims take their project, then the counters, in the same order. What a project is charged can
 * therefore not change while it is recounted, and whoever judged before judges again.
 */
public final class TreeDesk {

  /** More than any change by hand, and few enough to be one transaction. */
  public static final int MAX_WISHES = 10_000;

  private final Desk desk;

  public TreeDesk(Desk desk) {
    this.desk = desk;
  }

  /**
   * What was done, or would be.
   *
   * @param over limits that were set below what is used: nothing is taken away for them, and
   *     nothing more is granted
   */
  public record Applied(List<Change> changes, List<Quota> over) {
    public Applied {
      changes = List.copyOf(changes);
      over = List.copyOf(over);
    }
  }

  /**
   * Makes the tree as the wishes want it, all of them at once or none. What moves under a node may
   * not make it exceed a limit, also not one that it exceeds already; a limit may be set to less
   * than what is used.
   */
  public Outcome<Applied> apply(List<Wish> wishes, Origin origin) {
    return desk.transactions.write(() -> decide(wishes).then(work -> carryOut(work, origin)));
  }

  /**
   * Makes a project that asks for something and that nobody made, where the operator wants that,
   * and leaves one alone that is there.
   */
  Outcome<ProjectId> welcome(ProjectId project, Origin origin) {
    Optional<ProjectId> home = desk.treePolicy.home();
    if (home.isEmpty() || desk.transactions.read(() -> desk.projects.find(project)).isPresent()) {
      return Outcome.done(project);
    }
    return desk.transactions.write(
        () -> {
          desk.projects.lockTree();
          if (desk.projects.find(project).isPresent()) {
            return Outcome.done(project);
          }
          if (desk.projects.find(home.get()).isEmpty()) {
            return Outcome.refused(
                Code.UNKNOWN_PROJECT,
                "there is no project "
                    + project
                    + ", and project "
                    + home.get()
                    + ", under which this allocator makes unknown ones, is not there either; an"
                    + " operator can make it");
          }
          return decide(List.of(Wish.of(project).under(home.get())))
              .then(work -> carryOut(work, origin))
              .map(applied -> project);
        });
  }

  /** What {@link #apply} would do now, or why it would be refused. */
  public Outcome<Applied> rehearse(List<Wish> wishes) {
    return desk.transactions.read(
        () ->
            plan(wishes)
                .then(
                    plan -> {
                      Work work = Work.of(plan, 0, desk.quotas.charged(plan.roots()));
                      return judged(work, foreseen(work));
                    }));
  }

  /**
   * A plan, with all that it needs held.
   *
   * @param shift how much more each node has below it afterwards
   * @param below what disturbed nodes have below them afterwards
   */
  private record Work(
      TreePlan plan,
      long version,
      SortedMap<Quota.Id, Long> shift,
      SortedMap<Quota.Id, Long> below) {

    static Work of(TreePlan plan, long version, Map<Quota.Id, Long> charged) {
      return new Work(plan, version, plan.shift(charged), plan.below(charged));
    }

    List<Limited> limited() {
      return plan.changes().stream()
          .filter(change -> change instanceof Limited)
          .map(change -> (Limited) change)
          .toList();
    }

    /** The limits whose counters begin anew. */
    Map<Quota.Id, Limited> recounted() {
      return limited().stream()
          .filter(limited -> !limited.onlyNumber())
          .collect(Collectors.toMap(Limited::id, limited -> limited));
    }

    Counter counter(Quota.Id id) {
      return new Counter(plan.after().path(id.project()).size() - 1, id);
    }
  }

  private Outcome<TreePlan> plan(List<Wish> wishes) {
    ProjectTree before = desk.projects.tree();
    Map<Quota.Id, Limit> limits = desk.quotas.limits(wishes.stream().map(Wish::project).toList());
    TreePlan.Result result = TreePlan.of(before, limits, wishes);
    if (result instanceof Fault fault) {
      String place = wishes.size() == 1 ? "" : "projects[" + fault.wish() + "].";
      return Outcome.refused(Code.BAD_TREE, place + fault.field() + ": " + fault.rule());
    }
    return Outcome.done(((Sound) result).plan());
  }

  private Outcome<Work> decide(List<Wish> wishes) {
    long version = desk.projects.lockTree();
    return plan(wishes)
        .map(
            plan -> {
              desk.projects.raiseLineage(plan.disturbed(), version);
              return Work.of(plan, version, desk.quotas.charged(plan.roots()));
            });
  }

  private Outcome<Applied> carryOut(Work work, Origin origin) {
    Instant now = desk.clock.instant();
    TreePlan plan = work.plan();
    for (Change change : parentsFirst(plan)) {
      if (change instanceof Made made) {
        desk.projects.add(made.made(), work.version(), now);
      } else if (change instanceof Renamed renamed) {
        desk.projects.rename(renamed.project(), renamed.to());
      } else if (change instanceof Moved moved) {
        desk.projects.move(moved.project(), moved.to());
      }
    }
    desk.projects.rewire(plan.rewired(), plan.after());
    desk.ledger.moved(plan.rewired(), now);
    count(work);
    record(plan, now, origin);
    return judged(work, desk.quotas.around(touched(work)));
  }

  /** Projects are made before those below them. */
  private static List<Change> parentsFirst(TreePlan plan) {
    return plan.changes().stream()
        .sorted(Comparator.comparingInt(change -> plan.after().path(change.project()).size()))
        .toList();
  }

  /**
   * Writes limits and counters. Counters that only grow or shrink may be waited for by claims
   * elsewhere, so they go first and in the one order; then those at nodes below which all is held.
   */
  private void count(Work work) {
    Map<Quota.Id, Limited> recounted = work.recounted();
    SortedMap<Counter, Long> shifted = new TreeMap<>();
    Set<Quota.Id> counted = desk.quotas.around(work.shift().keySet()).keySet();
    work.shift()
        .forEach(
            (id, more) -> {
              if (counted.contains(id) && !recounted.containsKey(id)) {
                shifted.put(work.counter(id), more);
              }
            });
    SortedMap<Counter, Limit> numbers = new TreeMap<>();
    for (Limited limited : work.limited()) {
      if (limited.onlyNumber()) {
        numbers.put(work.counter(limited.id()), limited.to().orElseThrow());
        shifted.putIfAbsent(work.counter(limited.id()), 0L);
      }
    }
    desk.quotas.add(shifted);
    numbers.forEach((counter, number) -> desk.quotas.saveNumber(counter.id(), number));
    recounted.values().forEach(limited -> write(limited, work));
  }

  private void write(Limited limited, Work work) {
    desk.quotas.delete(limited.id());
    limited
        .to()
        .ifPresent(
            limit ->
                desk.quotas.add(
                    new Quota(
                        limited.project(),
                        limited.key(),
                        limited.to(),
                        work.below().getOrDefault(limited.id(), 0L))));
  }

  /** The counters that grow or shrink, and the limits that are set. */
  private static Collection<Quota.Id> touched(Work work) {
    SortedSet<Quota.Id> touched = new TreeSet<>(work.shift().keySet());
    work.limited().forEach(limited -> touched.add(limited.id()));
    return touched;
  }

  /** The rows as they would be, where nothing is written. */
  private Map<Quota.Id, Quota> foreseen(Work work) {
    Map<Quota.Id, Quota> rows = new HashMap<>(desk.quotas.around(touched(work)));
    work.shift()
        .forEach(
            (id, more) -> rows.computeIfPresent(id, (i, row) -> row.withUsed(row.used() + more)));
    for (Limited limited : work.limited()) {
      Quota row =
          limited.onlyNumber()
              ? rows.get(limited.id())
              : Quota.unset(limited.project(), limited.key())
                  .withUsed(work.below().getOrDefault(limited.id(), 0L));
      rows.put(limited.id(), new Quota(row.project(), row.key(), limited.to(), row.used()));
    }
    return rows;
  }

  /** Refuses what would make a node exceed a limit by more than it does. */
  private static Outcome<Applied> judged(Work work, Map<Quota.Id, Quota> rows) {
    SortedMap<Quota.Id, Long> shift = work.shift();
    List<Reason> reasons = new ArrayList<>();
    shift.forEach(
        (id, more) -> {
          Quota row = rows.getOrDefault(id, Quota.unset(id.project(), id.key()));
          if (more > 0 && row.over() > 0) {
            reasons.add(
                new Reason(
                    Code.QUOTA_EXCEEDED,
                    "project "
                        + id.project()
                        + " would use "
                        + row.used()
                        + " of "
                        + row.limit().orElseThrow()
                        + " for "
                        + id.key()
                        + ", "
                        + more
                        + " of it with what moves under it; release something there, or raise the"
                        + " limit first"));
          }
        });
    if (!reasons.isEmpty()) {
      return Outcome.refused(new Refusal(Code.QUOTA_EXCEEDED, reasons.get(0).message(), reasons));
    }
    return Outcome.done(
        new Applied(
            work.plan().changes(),
            work.limited().stream()
                .map(limited -> rows.get(limited.id()))
                .filter(row -> row != null && row.over() > 0)
                .toList()));
  }

  /** One line for each project and kind of change. */
  private void record(TreePlan plan, Instant now, Origin origin) {
    Map<ProjectId, Map<String, List<String>>> said = new LinkedHashMap<>();
    for (Change change : plan.changes()) {
      said.computeIfAbsent(change.project(), project -> new LinkedHashMap<>())
          .computeIfAbsent(verb(change), verb -> new ArrayList<>())
          .add(detail(change));
    }
    said.forEach(
        (project, verbs) ->
            verbs.forEach(
                (verb, details) ->
                    desk.trail.done(
                        origin, now, verb, project.value(), String.join(" ", details))));
  }

  private static String verb(Change change) {
    if (change instanceof Limited) {
      return "quota.set";
    }
    return change instanceof Moved ? "project.move" : "project.set";
  }

  private static String detail(Change change) {
    if (change instanceof Made made) {
      return made.made().name() + made.made().parent().map(id -> " under " + id).orElse("");
    }
    if (change instanceof Renamed renamed) {
      return renamed.to();
    }
    if (change instanceof Moved moved) {
      return said(moved.from()) + " -> " + said(moved.to());
    }
    Limited limited = (Limited) change;
    return limited.key() + "=" + limited.to().map(Limit::toString).orElse("none");
  }

  private static String said(Optional<ProjectId> parent) {
    return parent.map(ProjectId::value).orElse("no parent");
  }

  /**
   * Takes a project out of the tree that has nothing below it and holds nothing. What was recorded
   * about it stays.
   */
  public Outcome<Project> delete(ProjectId id, Origin origin) {
    return desk.transactions.write(
        () -> {
          long version = desk.projects.lockTree();
          ProjectTree tree = desk.projects.tree();
          SortedSet<ProjectId> below = tree.below(List.of(id));
          if (below.isEmpty()) {
            return unknown(id);
          }
          desk.projects.raiseLineage(new TreeSet<>(List.of(id)), version);
          if (below.size() > 1 || !desk.quotas.charged(List.of(id)).isEmpty()) {
            return Outcome.refused(
                Code.NOT_EMPTY,
                "project "
                    + id
                    + (below.size() > 1
                        ? " has other projects below it; move or delete them first"
                        : " is still charged for units; release its claims and holds first"));
          }
          Instant now = desk.clock.instant();
          desk.quotas.limits(List.of(id)).keySet().forEach(desk.quotas::delete);
          desk.projects.delete(id, now);
          desk.trail.done(origin, now, "project.delete", id.value(), "");
          return Outcome.done(tree.projects().get(id));
        });
  }

  /** There is no such thing. */
  public static <T> Outcome<T> unknown(ProjectId project) {
    return Outcome.refused(
        Code.UNKNOWN_PROJECT, "there is no project " + project + "; an operator can make it");
  }
}
