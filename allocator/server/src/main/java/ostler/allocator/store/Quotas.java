package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.quota.Drift;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.Path;
import ostler.allocator.quota.Path.Level;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.ResourceKey;
import ostler.inventory.ProjectId;

/** The limits' rows, with their counters; and what each claim was charged. */
public final class Quotas {

  /** What is charged to whom by claims and by holds. */
  private final JdbcClient sql;

  private final Batches batches;

  Quotas(JdbcClient sql, Batches batches) {
    this.sql = sql;
    this.batches = batches;
  }

  /**
   * A path as it was at one moment.
   *
   * @param lineage as long as the project's row has it, the path has these nodes and these limits
   *     are the ones that are set, though perhaps with other numbers
   */
  record Branch(long lineage, Path path) {}

  /** A project's path with the limits that are set on it; empty where there is no such project. */
  Optional<Branch> branch(ProjectId leaf) {
    Map<ProjectId, Map<ResourceKey, Quota>> levels = new LinkedHashMap<>();
    List<Long> lineages = new ArrayList<>();
    sql.sql(
            "SELECT project.lineage, step.ancestor_id, quota.* FROM project"
                + " JOIN project_ancestor step ON step.project_id = project.id"
                + " LEFT JOIN quota ON quota.project_id = step.ancestor_id"
                + " WHERE project.id = ? ORDER BY step.distance")
        .param(leaf.value())
        .query(
            rs -> {
              lineages.add(rs.getLong("lineage"));
              Map<ResourceKey, Quota> quotas =
                  levels.computeIfAbsent(
                      new ProjectId(rs.getString("ancestor_id")), node -> new TreeMap<>());
              if (rs.getString("resource_key") != null) {
                Quota quota = read(rs, 0);
                quotas.put(quota.key(), quota);
              }
            });
    if (levels.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Branch(
            lineages.get(0),
            new Path(
                levels.entrySet().stream()
                    .map(level -> new Level(level.getKey(), level.getValue()))
                    .toList())));
  }

  /** Rows of these nodes and keys, and perhaps others. */
  Map<Quota.Id, Quota> around(Collection<Quota.Id> wanted) {
    if (wanted.isEmpty()) {
      return Map.of();
    }
    return sql
        .sql("SELECT * FROM quota WHERE project_id IN (:nodes) AND resource_key IN (:keys)")
        .param("nodes", new TreeSet<>(wanted.stream().map(id -> id.project().value()).toList()))
        .param("keys", new TreeSet<>(wanted.stream().map(id -> id.key().value()).toList()))
        .query(Quotas::read)
        .list()
        .stream()
        .collect(Collectors.toMap(Quota::id, quota -> quota));
  }

  /** The limits that these nodes set. */
  Map<Quota.Id, Limit> limits(Collection<ProjectId> nodes) {
    Map<Quota.Id, Limit> limits = new HashMap<>();
    sql.sql("SELECT * FROM quota WHERE project_id IN (:nodes)")
        .param("nodes", nodes.stream().map(ProjectId::value).toList())
        .query(Quotas::read)
        .list()
        .forEach(quota -> quota.limit().ifPresent(limit -> limits.put(quota.id(), limit)));
    return limits;
  }

  /** Every limit that any node sets, in order of node and key. */
  List<Quota> all() {
    return sql.sql("SELECT * FROM quota ORDER BY project_id, resource_key")
        .query(Quotas::read)
        .list();
  }

  /** Changes a limit's number; what is used of it goes on. */
  void saveNumber(Quota.Id id, Limit number) {
    sql.sql("UPDATE quota SET limit_count = ? WHERE project_id = ? AND resource_key = ?")
        .params(number.value(), id.project().value(), id.key().value())
        .update();
  }

  /** Sets a limit where there is none, with its counter, with all locked that may charge it. */
  void add(Quota quota) {
    Limit limit = quota.limit().orElseThrow();
    sql.sql(
            "INSERT INTO quota (project_id, resource_key, limit_count, unlimited, used_count)"
                + " VALUES (?, ?, ?, ?, ?)")
        .param(quota.project().value())
        .param(quota.key().value())
        .param(limit.isUnlimited() ? null : limit.value())
        .param(limit.isUnlimited())
        .param(limit.isUnlimited() ? 0 : quota.used())
        .update();
  }

  void delete(Quota.Id id) {
    sql.sql("DELETE FROM quota WHERE project_id = ? AND resource_key = ?")
        .params(id.project().value(), id.key().value())
        .update();
  }

  /** Sets a counter right, with all locked that may charge it. */
  void correct(Drift drift) {
    sql.sql("UPDATE quota SET used_count = ? WHERE project_id = ? AND resource_key = ?")
        .params(drift.counted(), drift.quota().project().value(), drift.quota().key().value())
        .update();
  }

  /**
   * Adds to counters, or with less than 0 takes from them, in their order; one that drifted stays
   * at 0.
   *
   * @return whether all of them are there
   */
  boolean add(SortedMap<Counter, Long> counters) {
    List<Object[]> rows = new ArrayList<>();
    counters.forEach(
        (counter, more) ->
            rows.add(
                new Object[] {more, counter.id().project().value(), counter.id().key().value()}));
    return Arrays.stream(
            batches.update(
                "UPDATE quota SET used_count = GREATEST(used_count + ?, 0)"
                    + " WHERE project_id = ? AND resource_key = ? AND limit_count IS NOT NULL",
                rows))
        .allMatch(changed -> changed == 1);
  }

  /** What is charged to each project of some subtrees, by key. */
  Map<Quota.Id, Long> charged(Collection<ProjectId> roots) {
    Map<Quota.Id, Long> charged = new HashMap<>();
    if (roots.isEmpty()) {
      return charged;
    }
    sql.sql(
            "SELECT project_id, resource_key, SUM(amount) FROM charge"
                + " WHERE project_id IN (SELECT project_id FROM project_ancestor"
                + " WHERE ancestor_id IN (:roots))"
                + " GROUP BY project_id, resource_key")
        .param("roots", roots.stream().map(ProjectId::value).toList())
        .query(
            rs -> {
              charged.put(id(rs.getString(1), rs.getString(2)), rs.getLong(3));
            });
    return charged;
  }

  /** What a project and each of its ancestors, with all below, are charged of some keys. */
  Map<Quota.Id, Long> chargedOnPath(ProjectId leaf, Collection<ResourceKey> keys) {
    Map<Quota.Id, Long> charged = new HashMap<>();
    sql.sql(
            "SELECT up.ancestor_id, charge.resource_key, SUM(charge.amount)"
                + " FROM project_ancestor up"
                + " JOIN project_ancestor down ON down.ancestor_id = up.ancestor_id"
                + " JOIN charge ON charge.project_id = down.project_id"
                + " WHERE up.project_id = :leaf AND charge.resource_key IN (:keys)"
                + " GROUP BY up.ancestor_id, charge.resource_key")
        .param("leaf", leaf.value())
        .param("keys", keys.stream().map(ResourceKey::value).toList())
        .query(
            rs -> {
              charged.put(id(rs.getString(1), rs.getString(2)), rs.getLong(3));
            });
    return charged;
  }

  /**
   * What is charged of a key.
   *
   * @param total all of it
   * @param cleaning of it, what no tenant has any more and that stays charged until it is clean
   */
  public record Use(long total, long cleaning) {
    static final Use NONE = new Use(0, 0);
  }

  /** What a node and all below it are charged, by key. */
  SortedMap<ResourceKey, Use> use(ProjectId node) {
    SortedMap<ResourceKey, Use> use = new TreeMap<>();
    sql.sql(
            "SELECT charge.resource_key, SUM(charge.amount), SUM(charge.cleaning) FROM"
                + " (SELECT claim_charge.project_id, resource_key, amount,"
                + " CASE WHEN claim.state = 'RELEASED' THEN amount ELSE 0 END AS cleaning"
                + " FROM claim_charge JOIN claim ON claim.id = claim_charge.claim_id UNION ALL"
                + " SELECT project_id, resource_key, amount, 0 FROM hold_charge) charge"
                + " JOIN project_ancestor step ON step.project_id = charge.project_id"
                + " WHERE step.ancestor_id = ? GROUP BY charge.resource_key")
        .param(node.value())
        .query(
            rs -> {
              use.put(new ResourceKey(rs.getString(1)), new Use(rs.getLong(2), rs.getLong(3)));
            });
    return use;
  }

  /**
   * How many counters there are, and those that are not what the charges add up to. One statement
   * sees one moment, in which a counter and its charges belong together.
   */
  Recount recount() {
    Map<Quota.Id, Quota> rows = new TreeMap<>();
    Map<Quota.Id, Long> sums = new HashMap<>();
    sql.sql(
            "SELECT project_id, resource_key, limit_count, unlimited, used_count, 0 AS counted"
                + " FROM quota WHERE limit_count IS NOT NULL UNION ALL"
                + " SELECT step.ancestor_id, charge.resource_key, 0, FALSE, 0, SUM(charge.amount)"
                + " FROM charge JOIN project_ancestor step ON step.project_id = charge.project_id"
                + " GROUP BY step.ancestor_id, charge.resource_key")
        .query(
            rs -> {
              Quota row = read(rs, 0);
              long counted = rs.getLong("counted");
              if (counted > 0) {
                sums.put(row.id(), counted);
              } else {
                rows.put(row.id(), row);
              }
            });
    return new Recount(
        rows.size(),
        rows.values().stream()
            .map(row -> new Drift(row, sums.getOrDefault(row.id(), 0L)))
            .filter(drift -> drift.counted() != drift.quota().used())
            .toList());
  }

  /** What was found when the counters were compared with the charges. */
  public record Recount(int counters, List<Drift> drifts) {
    public Recount {
      drifts = List.copyOf(drifts);
    }
  }

  private static Quota.Id id(String project, String key) {
    return new Quota.Id(new ProjectId(project), new ResourceKey(key));
  }

  private static Quota read(ResultSet rs, int number) throws SQLException {
    Columns row = new Columns(rs);
    return new Quota(
        new ProjectId(row.text("project_id")),
        new ResourceKey(row.text("resource_key")),
        row.bool("unlimited")
            ? Optional.of(Limit.UNLIMITED)
            : row.optionalNumber("limit_count").map(Limit::new),
        row.number("used_count"));
  }
}
