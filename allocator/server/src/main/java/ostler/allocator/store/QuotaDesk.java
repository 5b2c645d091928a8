package ostler.allocator.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.quota.Demand;
import ostler.allocator.quota.Drift;
import ostler.allocator.quota.Explanation;
import ostler.allocator.quota.Path;
import ostler.allocator.quota.Path.Level;
import ostler.allocator.quota.Project;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.UnitCharge;
import ostler.allocator.store.Quotas.Branch;
import ostler.allocator.store.Quotas.Recount;
import ostler.allocator.store.Quotas.Use;
import ostler.flavor.AliasName;
import ostler.inventory.ProjectId;

/** What limits say, and whether the counters under them are right. */
public final class QuotaDesk {

  private final Desk desk;

  public QuotaDesk(Desk desk) {
    this.desk = desk;
  }

  /**
   * How a project stands with one key.
   *
   * @param own limit and use of the project with all below it
   * @param cleaning of what is used, what no tenant has any more
   * @param limits that bear on it, from the project up to its root
   * @param denied whether nobody sets the key, so that the server's default denies it
   */
  public record Line(Quota own, long cleaning, List<Quota> limits, boolean denied) {
    public Line {
      Objects.requireNonNull(own);
      limits = List.copyOf(limits);
    }
  }

  /** A project's limits and its use of them, for every key that is set or used. */
  public Outcome<List<Line>> show(ProjectId project) {
    return desk.transactions.read(
        () ->
            desk.quotas
                .branch(project)
                .map(branch -> Outcome.done(lines(branch.path())))
                .orElseGet(() -> TreeDesk.unknown(project)));
  }

  private List<Line> lines(Path path) {
    SortedMap<ResourceKey, Use> use = desk.quotas.use(path.leaf());
    SortedSet<ResourceKey> keys = new TreeSet<>(use.keySet());
    path.levels().forEach(level -> keys.addAll(level.quotas().keySet()));
    Level own = path.levels().get(0);
    return keys.stream()
        .map(
            key -> {
              Use used = use.getOrDefault(key, Use.NONE);
              Quota quota = own.quotas().getOrDefault(key, Quota.unset(path.leaf(), key));
              return new Line(
                  quota.withUsed(used.total()),
                  used.cleaning(),
                  path.quotas(key),
                  desk.charges.isDenied(path, key));
            })
        .toList();
  }

  /** What each level would say to a demand. Nothing is charged. */
  public Outcome<Explanation> explain(ProjectId project, Demand demand) {
    return desk.transactions.read(
        () ->
            desk.quotas
                .branch(project)
                .map(Branch::path)
                .map(path -> withUse(path, demand))
                .map(path -> Outcome.done(desk.charges.explain(path, demand)))
                .orElseGet(() -> TreeDesk.unknown(project)));
  }

  /** Also what is used where nothing is counted, since nothing limits it there. */
  private Path withUse(Path path, Demand demand) {
    Map<Quota.Id, Long> charged = desk.quotas.chargedOnPath(path.leaf(), demand.judged().keySet());
    return new Path(
        path.levels().stream()
            .map(
                level -> {
                  Map<ResourceKey, Quota> quotas = new TreeMap<>(level.quotas());
                  for (ResourceKey key : demand.judged().keySet()) {
                    Quota quota = quotas.getOrDefault(key, Quota.unset(level.project(), key));
                    quotas.put(
                        key,
                        quota.isFinite()
                            ? quota
                            : quota.withUsed(charged.getOrDefault(quota.id(), 0L)));
                  }
                  return new Level(level.project(), quotas);
                })
            .toList());
  }

  /**
   * What so many units of an alias would be charged: all of it where the alias means units of one
   * model and memory, and otherwise the least of what any of them are charged.
   */
  public Outcome<Demand> demand(AliasName alias, int count) {
    return desk.transactions.read(
        () ->
            desk.aliases
                .find(alias)
                .map(
                    known ->
                        Outcome.done(
                            UnitCharge.whatever(
                                alias,
                                count,
                                desk.places.shapes().stream().filter(known::matches).toList())))
                .orElseGet(() -> AliasDesk.unknown(alias)));
  }

  /** Compares every counter with the charges. */
  public Recount verify() {
    return desk.transactions.read(desk.quotas::recount);
  }

  /** As {@link #verify}, and sets right what is not. Answers with what was wrong. */
  public Outcome<Recount> fix(Origin origin) {
    return desk.transactions.write(
        () -> {
          long version = desk.projects.lockTree();
          List<ProjectId> nodes =
              desk.quotas.recount().drifts().stream()
                  .map(drift -> drift.quota().project())
                  .toList();
          desk.projects.raiseLineage(desk.projects.tree().below(nodes), version);
          Recount found = desk.quotas.recount();
          for (Drift drift : found.drifts()) {
            // One that only seemed right before is left to the next call: its projects go on.
            if (nodes.contains(drift.quota().project())) {
              desk.quotas.correct(drift);
              desk.trail.done(
                  origin,
                  desk.clock.instant(),
                  "quota.fix",
                  drift.quota().project().value(),
                  drift.quota().key() + " " + drift.quota().used() + " -> " + drift.counted());
            }
          }
          return Outcome.done(found);
        });
  }

  /** A node of the tree with its limits. */
  public record Node(Project project, List<Quota> limits) {
    public Node {
      limits = List.copyOf(limits);
    }
  }

  /** The whole tree, in order of id. */
  public List<Node> tree() {
    return desk.transactions.read(
        () -> {
          Map<ProjectId, List<Quota>> limits = new TreeMap<>();
          desk.quotas
              .all()
              .forEach(
                  quota ->
                      limits
                          .computeIfAbsent(quota.project(), project -> new ArrayList<>())
                          .add(quota));
          return desk.projects.tree().projects().values().stream()
              .map(project -> new Node(project, limits.getOrDefault(project.id(), List.of())))
              .toList();
        });
  }
}
