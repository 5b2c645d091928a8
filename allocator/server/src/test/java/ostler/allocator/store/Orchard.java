package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.TestClock;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Refusal;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.Wish;
import ostler.allocator.store.Quotas.Recount;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;

/** A real database with a tree of projects, charged by claims that have no units. */
final class Orchard implements AutoCloseable {

  final Database database;
  final Desk desk;
  final TreeDesk tree;
  final QuotaDesk quotas;
  private final JdbcClient sql;

  Orchard(Database.Settings settings) throws IOException {
    database = Database.open(settings);
    sql = database.client();
    TestClock clock = new TestClock();
    desk = new Desk(sql, database.transactions(), new RevisionSignal(), clock, UUID::randomUUID);
    tree = new TreeDesk(desk);
    quotas = new QuotaDesk(desk);
    new HostDesk(desk, new Secrets(new SecureRandom()))
        .enroll(new HostName("h1"), Fleet.TEST)
        .orElseThrow();
  }

  @Override
  public void close() {
    database.close();
  }

  static ProjectId id(String text) {
    return new ProjectId(text);
  }

  static Wish under(String project, String parent) {
    return Wish.of(id(project)).under(id(parent));
  }

  static Wish limit(String project, ResourceKey key, long limit) {
    return Wish.of(id(project)).limited(key, new Limit(limit));
  }

  Outcome<TreeDesk.Applied> apply(Wish... wishes) {
    return tree.apply(List.of(wishes), Fleet.TEST);
  }

  /** Charges a new claim of a project, as a claim's transaction does it. */
  Outcome<UUID> charge(ProjectId project, Map<ResourceKey, Long> amounts) {
    return charge(project, amounts, () -> {});
  }

  /**
   * As {@link #charge(ProjectId, Map)}.
   *
   * @param witness looks at the charge before it is committed
   */
  Outcome<UUID> charge(ProjectId project, Map<ResourceKey, Long> amounts, Runnable witness) {
    return desk.transactions.write(
        () -> {
          UUID claim = UUID.randomUUID();
          sql.sql(
                  "INSERT INTO claim (id, project_id, alias, unit_count, host, consumer_source,"
                      + " consumer_type, consumer_id, state, adopted, created_by, created_at)"
                      + " VALUES (?, ?, 'gpu', 1, 'h1', 's', 't', 'i', 'READY', FALSE, 'test', ?)")
              .param(claim)
              .param(project.value())
              .param(Columns.time(desk.clock.instant()))
              .update();
          Optional<Refusal> refusal = desk.charges.take(project, amounts);
          if (refusal.isPresent()) {
            return Outcome.refused(refusal.get());
          }
          amounts.forEach(
              (key, amount) ->
                  sql.sql(
                          "INSERT INTO claim_charge (claim_id, project_id, resource_key, amount)"
                              + " VALUES (?, ?, ?, ?)")
                      .params(claim, project.value(), key.value(), amount)
                      .update());
          witness.run();
          return Outcome.done(claim);
        });
  }

  /** Ends a claim. */
  void giveBack(UUID claim) {
    desk.transactions
        .write(
            () -> {
              Map<ResourceKey, Long> amounts = new TreeMap<>();
              ProjectId project =
                  sql.sql(
                          "SELECT project_id, resource_key, amount FROM claim_charge WHERE claim_id = ?")
                      .param(claim)
                      .query(
                          (rs, n) -> {
                            amounts.put(new ResourceKey(rs.getString(2)), rs.getLong(3));
                            return new ProjectId(rs.getString(1));
                          })
                      .list()
                      .get(0);
              desk.charges.giveBack(project, amounts);
              sql.sql("DELETE FROM claim_charge WHERE claim_id = ?").param(claim).update();
              return Outcome.done(claim);
            })
        .orElseThrow();
  }

  /** That no node of a project's path is over a limit, as this transaction sees it. */
  void assertWithinLimits(ProjectId project) {
    List<String> over =
        sql.sql(
                "SELECT quota.project_id FROM quota JOIN project_ancestor step"
                    + " ON step.ancestor_id = quota.project_id WHERE step.project_id = ?"
                    + " AND quota.used_count > quota.limit_count")
            .param(project.value())
            .query(String.class)
            .list();
    assertTrue(over.isEmpty(), () -> "a grant to " + project + " leaves " + over + " over a limit");
  }

  /** That counters and charges agree, and how many counters there are. */
  Recount verified() {
    Recount recount = quotas.verify();
    assertTrue(recount.drifts().isEmpty(), () -> recount.drifts().toString());
    return recount;
  }

  JdbcClient sql() {
    return sql;
  }
}
