package ostler.allocator.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;
import ostler.allocator.quota.Demand;
import ostler.allocator.quota.Explanation;
import ostler.allocator.quota.Path;
import ostler.allocator.quota.Path.Level;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.QuotaDefault;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.Verdict;
import ostler.allocator.quota.Verdict.NotAllowed;
import ostler.allocator.quota.Verdict.Objection;
import ostler.allocator.store.Quotas.Branch;
import ostler.inventory.ProjectId;

/**
 * Charges projects and all their ancestors, within the transaction of whoever is charged; it is
 * done after the units were taken. Locks go in one order everywhere: the projects by id, then the
 * counters from the deepest node to the root, then by key; so nobody waits in a circle.
 *
 * <p>Which nodes a path has and which limits they set is remembered between transactions. That a
 * stale memory grants nothing is ensured by the lock on the project's own row, which has the
 * lineage that the path was read at or is not had.
 */
public final class TreeCharge {

  private static final int MAX_READINGS = 10;
  private static final int MAX_REMEMBERED_PROJECTS = 10_000;

  private final Projects projects;
  private final Quotas quotas;
  private final QuotaDefault otherwise;
  private final Map<ProjectId, Branch> remembered = new HashMap<>();

  TreeCharge(Projects projects, Quotas quotas, QuotaDefault otherwise) {
    this.projects = projects;
    this.quotas = quotas;
    this.otherwise = otherwise;
  }

  /** Something that is to be charged to a project, or was. */
  public record Ask(ProjectId project, Demand demand) {
    public Ask {
      Objects.requireNonNull(project);
      Objects.requireNonNull(demand);
    }

    public static Ask of(ProjectId project, Map<ResourceKey, Long> amounts) {
      return new Ask(project, Demand.of(amounts));
    }
  }

  /** Charges, or says why not; then nothing was charged. */
  public Optional<Refusal> take(ProjectId project, Map<ResourceKey, Long> amounts) {
    return takeAll(List.of(Ask.of(project, amounts))).get(0);
  }

  /**
   * Charges each that fits beside those before it, and answers for each in the same order. What is
   * refused leaves no charge behind, so that the transaction may go on with the others.
   */
  public List<Optional<Refusal>> takeAll(List<Ask> asks) {
    Map<ProjectId, Path> paths = lock(asks);
    SortedMap<Counter, Long> counters = counters(asks, paths);
    change(counters);
    Map<Quota.Id, Quota> counted = quotas.around(ids(counters));
    counters.forEach(
        (counter, sum) ->
            counted.computeIfPresent(counter.id(), (id, q) -> q.withUsed(q.used() - sum)));
    List<Optional<Refusal>> answers = new ArrayList<>();
    SortedMap<Counter, Long> tooMuch = new TreeMap<>();
    for (Ask ask : asks) {
      Optional<Refusal> refusal =
          judge(ask, Optional.ofNullable(paths.get(ask.project())), counted);
      SortedMap<Counter, Long> own = counters(List.of(ask), paths);
      if (refusal.isEmpty()) {
        own.forEach(
            (counter, more) ->
                counted.computeIfPresent(counter.id(), (id, q) -> q.withUsed(q.used() + more)));
      } else {
        own.forEach((counter, more) -> tooMuch.merge(counter, -more, Long::sum));
      }
      answers.add(refusal);
    }
    change(tooMuch);
    return answers;
  }

  /** Charges what has happened already, whatever the limits say. */
  public void takeRegardless(ProjectId project, Map<ResourceKey, Long> amounts) {
    settle(List.of(Ask.of(project, amounts)), List.of());
  }

  /** Gives back what was charged. */
  public void giveBack(ProjectId project, Map<ResourceKey, Long> amounts) {
    giveBackAll(List.of(Ask.of(project, amounts)));
  }

  public void giveBackAll(List<Ask> asks) {
    settle(List.of(), asks);
  }

  /** Charges what has happened already, and gives back, with the counters locked in one go. */
  void settle(List<Ask> more, List<Ask> less) {
    List<Ask> all = new ArrayList<>(more);
    all.addAll(less);
    Map<ProjectId, Path> paths = lock(all);
    SortedMap<Counter, Long> counters = counters(more, paths);
    counters(less, paths).forEach((counter, sum) -> counters.merge(counter, -sum, Long::sum));
    change(counters);
  }

  /** Whether so much would be refused now, without locking or charging anything. */
  Optional<Refusal> objection(ProjectId project, Demand demand) {
    return judge(new Ask(project, demand), quotas.branch(project).map(Branch::path), Map.of());
  }

  Explanation explain(Path path, Demand demand) {
    return path.explain(demand, otherwise);
  }

  /** Whether no node on the path sets the key, and the server's default denies it then. */
  boolean isDenied(Path path, ResourceKey key) {
    return path.isDenied(key, otherwise);
  }

  private Optional<Refusal> judge(Ask ask, Optional<Path> path, Map<Quota.Id, Quota> counted) {
    if (path.isEmpty()) {
      Outcome<Refusal> unknown = TreeDesk.unknown(ask.project());
      return Optional.of(((Outcome.Refused<Refusal>) unknown).refusal());
    }
    Verdict verdict =
        path.get()
            .with(quota -> counted.getOrDefault(quota.id(), quota))
            .judge(ask.demand(), otherwise);
    return verdict.isAllowed() ? Optional.empty() : Optional.of(refusal(verdict));
  }

  private static Refusal refusal(Verdict verdict) {
    List<Reason> reasons = verdict.objections().stream().map(TreeCharge::reason).toList();
    List<Reason> forTenant =
        verdict.objections().stream()
            .map(objection -> new Reason(code(objection), objection.sentenceForTenant()))
            .distinct()
            .toList();
    return new Refusal(
        Code.QUOTA_EXCEEDED,
        reasons.get(0).message(),
        reasons,
        Optional.of(new Refusal(Code.QUOTA_EXCEEDED, forTenant.get(0).message(), forTenant)));
  }

  static Reason reason(Objection objection) {
    return new Reason(code(objection), objection.sentence());
  }

  private static Code code(Objection objection) {
    return objection instanceof NotAllowed ? Code.NO_LIMIT_SET : Code.QUOTA_EXCEEDED;
  }

  /** The counters that asks touch, with how much each is to grow. */
  private static SortedMap<Counter, Long> counters(List<Ask> asks, Map<ProjectId, Path> paths) {
    SortedMap<Counter, Long> counters = new TreeMap<>();
    for (Ask ask : asks) {
      Path path = paths.get(ask.project());
      if (path == null) {
        continue;
      }
      int depth = path.levels().size();
      for (Level level : path.levels()) {
        depth--;
        for (ResourceKey key : ask.demand().judged().keySet()) {
          Quota quota = level.quotas().get(key);
          if (quota != null && quota.isFinite()) {
            // What is only asked about is locked as well, so that it stays true to the end.
            counters.merge(
                new Counter(depth, quota.id()),
                ask.demand().amounts().getOrDefault(key, 0L),
                Long::sum);
          }
        }
      }
    }
    return counters;
  }

  private void change(SortedMap<Counter, Long> counters) {
    if (!quotas.add(counters)) {
      throw new Contended("a limit went while its project was locked");
    }
  }

  private static List<Quota.Id> ids(SortedMap<Counter, Long> counters) {
    return counters.keySet().stream().map(Counter::id).toList();
  }

  /** Locks the projects, and answers with their paths; one that is not there has none. */
  private Map<ProjectId, Path> lock(List<Ask> asks) {
    SortedMap<ProjectId, Branch> branches = new TreeMap<>();
    for (Ask ask : asks) {
      recall(ask.project()).ifPresent(branch -> branches.put(ask.project(), branch));
    }
    for (int reading = 0; reading < MAX_READINGS; reading++) {
      SortedMap<ProjectId, Long> lineages = new TreeMap<>();
      branches.forEach((project, branch) -> lineages.put(project, branch.lineage()));
      List<ProjectId> changed = projects.lockUnlessChanged(lineages);
      if (changed.isEmpty()) {
        Map<ProjectId, Path> paths = new HashMap<>();
        branches.forEach((project, branch) -> paths.put(project, branch.path()));
        return paths;
      }
      changed.forEach(project -> forget(branches, project));
    }
    throw new Contended("the tree changes all the time");
  }

  /** A project's path as it was some time ago, or as it is. */
  private Optional<Branch> recall(ProjectId project) {
    Branch known;
    synchronized (remembered) {
      known = remembered.get(project);
    }
    return known == null ? learn(project) : Optional.of(known);
  }

  private Optional<Branch> learn(ProjectId project) {
    Optional<Branch> branch = quotas.branch(project);
    synchronized (remembered) {
      if (remembered.size() >= MAX_REMEMBERED_PROJECTS) {
        remembered.clear();
      }
      branch.ifPresentOrElse(
          read -> remembered.put(project, read), () -> remembered.remove(project));
    }
    return branch;
  }

  /** Reads a path again that is no longer true. */
  private void forget(SortedMap<ProjectId, Branch> branches, ProjectId project) {
    learn(project)
        .ifPresentOrElse(branch -> branches.put(project, branch), () -> branches.remove(project));
  }
}
