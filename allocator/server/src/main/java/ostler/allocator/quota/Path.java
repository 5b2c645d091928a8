package ostler.allocator.quota;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import ostler.allocator.quota.Verdict.Exceeded;
import ostler.allocator.quota.Verdict.NotAllowed;
import ostler.allocator.quota.Verdict.Objection;
import ostler.inventory.ProjectId;

/**
 * A project and its ancestors, with what they set and use: all that bears on giving it more.
 *
 * @param levels the project itself first, the root of its tree last
 */
public record Path(List<Level> levels) {

  /** Deeper trees serve nobody, and every claim has to look at each level. */
  public static final int MAX_LEVELS = 32;

  /** One node, and its limits by key; a key that it does not set may be there for its usage. */
  public record Level(ProjectId project, Map<ResourceKey, Quota> quotas) {
    public Level {
      Objects.requireNonNull(project);
      quotas = Collections.unmodifiableMap(new TreeMap<>(quotas));
    }
  }

  public Path {
    levels = List.copyOf(levels);
    if (levels.isEmpty() || levels.size() > MAX_LEVELS) {
      throw new IllegalArgumentException(
          "a path has 1 to " + MAX_LEVELS + " levels, not " + levels.size());
    }
  }

  public ProjectId leaf() {
    return levels.get(0).project();
  }

  /** What is set and used for a key at each level that says anything about it, deepest first. */
  public List<Quota> quotas(ResourceKey key) {
    return levels.stream().map(level -> level.quotas().get(key)).filter(Objects::nonNull).toList();
  }

  /** The same path, with other numbers. */
  public Path with(UnaryOperator<Quota> now) {
    return new Path(
        levels.stream()
            .map(
                level -> {
                  Map<ResourceKey, Quota> quotas = new TreeMap<>(level.quotas());
                  quotas.replaceAll((key, quota) -> now.apply(quota));
                  return new Level(level.project(), quotas);
                })
            .toList());
  }

  /** Whether the demand fits under every limit of every level. */
  public Verdict judge(Demand demand, QuotaDefault otherwise) {
    List<Objection> objections = new ArrayList<>();
    Optional<Bound> tightest = Optional.empty();
    for (Map.Entry<ResourceKey, Long> asked : demand.judged().entrySet()) {
      if (isDenied(asked.getKey(), otherwise)) {
        objections.add(new NotAllowed(leaf(), asked.getKey()));
      }
      for (Quota quota : quotas(asked.getKey())) {
        if (!quota.allows(asked.getValue())) {
          objections.add(new Exceeded(leaf(), quota, asked.getValue()));
        }
        tightest = tighter(tightest, quota, asked.getValue());
      }
    }
    return new Verdict(objections, tightest.map(Bound::quota));
  }

  /** Whether no level sets the key, and the default denies it then. */
  public boolean isDenied(ResourceKey key, QuotaDefault otherwise) {
    return otherwise.denies(key)
        && quotas(key).stream().noneMatch(quota -> quota.limit().isPresent());
  }

  /** The same judgement, with what every level says. */
  public Explanation explain(Demand demand, QuotaDefault otherwise) {
    List<Explanation.Line> lines = new ArrayList<>();
    demand
        .judged()
        .forEach(
            (key, asked) -> {
              for (Level level : levels) {
                Quota quota = level.quotas().getOrDefault(key, Quota.unset(level.project(), key));
                lines.add(
                    new Explanation.Line(key, Optional.of(quota), asked, quota.allows(asked)));
              }
              if (quotas(key).stream().noneMatch(quota -> quota.limit().isPresent())) {
                boolean allowed = !otherwise.denies(key);
                lines.add(new Explanation.Line(key, Optional.empty(), asked, allowed));
              }
            });
    return new Explanation(lines, judge(demand, otherwise));
  }

  /** How much would be left under a limit. */
  private record Bound(Quota quota, long left) {}

  private static Optional<Bound> tighter(Optional<Bound> known, Quota quota, long asked) {
    Optional<Bound> next = quota.room().map(room -> new Bound(quota, room - asked));
    // Of equals the first one stays, which is the deepest.
    return known.isEmpty() || next.isEmpty()
        ? known.or(() -> next)
        : known.filter(b -> b.left() <= next.get().left()).or(() -> next);
  }
}
