package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static ostler.allocator.store.Orchard.id;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;
import ostler.allocator.quota.Demand;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.Project;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.Wish;
import ostler.inventory.ProjectId;

/**
 * A tree that knows parents, limits and charges and adds everything up each time it is asked: too
 * slow to use, too simple to be wrong. It does at random what it has the real one do too.
 */
final class NaiveTree {

  private static final int MAX_PROJECTS = 30;
  private static final List<ResourceKey> KEYS =
      List.of(
          ResourceKey.TOTAL,
          ResourceKey.FRACTION,
          ResourceKey.MEMORY_MIB,
          ResourceKey.CLEANING,
          new ResourceKey("alias:a"),
          new ResourceKey("alias:b"),
          new ResourceKey("model:10de:20b0"),
          new ResourceKey("kind:whole"));

  private final Orchard real;
  private final Random random;
  private final Map<ProjectId, Optional<ProjectId>> parents = new TreeMap<>();
  private final Map<Quota.Id, Long> limits = new TreeMap<>();
  private final Map<UUID, Charge> charges = new HashMap<>();
  private int made;

  private record Charge(ProjectId project, Map<ResourceKey, Long> amounts) {}

  NaiveTree(Orchard real, Random random) {
    this.real = real;
    this.random = random;
    for (QuotaDesk.Node node : real.quotas.tree()) {
      parents.put(node.project().id(), node.project().parent());
      node.limits().forEach(q -> limits.put(q.id(), q.limit().orElseThrow().value()));
    }
  }

  void compare(int steps) {
    for (int step = 0; step < steps; step++) {
      switch (random.nextInt(8)) {
        case 0 -> make();
        case 1 -> move();
        case 2, 3 -> limit();
        case 4, 5, 6 -> charge();
        default -> giveBackOrDelete();
      }
      if (step % 10 == 0) {
        same();
      }
    }
    same();
  }

  private List<ProjectId> path(ProjectId leaf) {
    List<ProjectId> path = new ArrayList<>();
    for (Optional<ProjectId> at = Optional.of(leaf); at.isPresent(); at = parents.get(at.get())) {
      path.add(at.get());
    }
    return path;
  }

  private long used(ProjectId node, ResourceKey key) {
    return charges.values().stream()
        .filter(charge -> path(charge.project()).contains(node))
        .mapToLong(charge -> charge.amounts().getOrDefault(key, 0L))
        .sum();
  }

  private ProjectId any() {
    return new ArrayList<>(parents.keySet()).get(random.nextInt(parents.size()));
  }

  private void make() {
    if (parents.size() < MAX_PROJECTS) {
      ProjectId next = id("x" + ++made);
      ProjectId parent = any();
      real.apply(Wish.of(next).under(parent)).orElseThrow();
      parents.put(next, Optional.of(parent));
    }
  }

  private void move() {
    ProjectId moved = any();
    ProjectId parent = any();
    Outcome<TreeDesk.Applied> outcome = real.apply(Wish.of(moved).under(parent));
    if (path(parent).contains(moved)) {
      assertEquals(Code.BAD_TREE, Fleet.refusal(outcome));
      return;
    }
    List<ProjectId> gaining = new ArrayList<>(path(parent));
    gaining.removeAll(path(moved));
    boolean tooMuch =
        KEYS.stream()
            .anyMatch(
                key ->
                    used(moved, key) > 0
                        && gaining.stream().anyMatch(node -> !fits(node, key, used(moved, key))));
    if (tooMuch) {
      assertEquals(Code.QUOTA_EXCEEDED, Fleet.refusal(outcome));
    } else {
      outcome.orElseThrow();
      parents.put(moved, Optional.of(parent));
    }
  }

  private boolean fits(ProjectId node, ResourceKey key, long more) {
    Long limit = limits.get(new Quota.Id(node, key));
    return limit == null || limit < 0 || used(node, key) + more <= limit;
  }

  private void limit() {
    ProjectId node = any();
    ResourceKey key = KEYS.get(random.nextInt(KEYS.size()));
    int number = random.nextInt(14) - 2;
    Quota.Id id = new Quota.Id(node, key);
    if (number < -1) {
      real.apply(Wish.of(node).unset(key)).orElseThrow();
      limits.remove(id);
    } else {
      real.apply(Wish.of(node).limited(key, new Limit(number))).orElseThrow();
      limits.put(id, (long) number);
    }
  }

  private void charge() {
    ProjectId leaf = any();
    Map<ResourceKey, Long> amounts = new TreeMap<>();
    KEYS.stream()
        .filter(key -> random.nextInt(3) == 0)
        .forEach(key -> amounts.put(key, 1L + random.nextInt(2)));
    amounts.putIfAbsent(ResourceKey.TOTAL, 1L);
    Set<String> against = new TreeSet<>();
    Demand.of(amounts)
        .judged()
        .forEach(
            (key, asked) -> {
              if (path(leaf).stream().noneMatch(n -> limits.containsKey(new Quota.Id(n, key)))
                  && key.value().startsWith("alias:")) {
                against.add("NO_LIMIT_SET " + leaf);
              }
              path(leaf).stream()
                  .filter(node -> !fits(node, key, asked))
                  .forEach(node -> against.add("QUOTA_EXCEEDED " + node));
            });
    boolean foreseen =
        real.quotas.explain(leaf, Demand.of(amounts)).orElseThrow().verdict().isAllowed();
    assertEquals(against.isEmpty(), foreseen);
    Outcome<UUID> outcome = real.charge(leaf, amounts);
    Set<String> said = new TreeSet<>();
    if (outcome instanceof Outcome.Refused<UUID> refused) {
      refused
          .refusal()
          .reasons()
          .forEach(reason -> said.add(reason.code() + " " + reason.message().split(" ")[1]));
    } else {
      charges.put(outcome.orElseThrow(), new Charge(leaf, amounts));
    }
    assertEquals(against, said);
  }

  private void giveBackOrDelete() {
    if (random.nextInt(3) > 0 && !charges.isEmpty()) {
      UUID claim = new TreeSet<>(charges.keySet()).first();
      real.giveBack(claim);
      charges.remove(claim);
      return;
    }
    ProjectId doomed = any();
    boolean empty =
        charges.values().stream().noneMatch(charge -> charge.project().equals(doomed))
            && !parents.containsValue(Optional.of(doomed));
    Outcome<Project> outcome = real.tree.delete(doomed, Fleet.TEST);
    if (empty) {
      outcome.orElseThrow();
      parents.remove(doomed);
      limits.keySet().removeIf(id -> id.project().equals(doomed));
    } else {
      assertEquals(Code.NOT_EMPTY, Fleet.refusal(outcome));
    }
  }

  /** That both know the same projects, limits and use. */
  private void same() {
    Map<ProjectId, Optional<ProjectId>> seen = new TreeMap<>();
    Map<Quota.Id, Long> set = new TreeMap<>();
    for (QuotaDesk.Node node : real.quotas.tree()) {
      seen.put(node.project().id(), node.project().parent());
      node.limits().forEach(q -> set.put(q.id(), q.limit().orElseThrow().value()));
      real.quotas
          .show(node.project().id())
          .orElseThrow()
          .forEach(
              line ->
                  assertEquals(
                      used(node.project().id(), line.own().key()),
                      line.own().used(),
                      () -> node.project().id() + " " + line.own().key()));
    }
    assertEquals(parents, seen);
    assertEquals(limits, set);
    real.verified();
  }
}
