package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.core.NestedRuntimeException;
import ostler.allocator.SharedPostgres;
import ostler.allocator.TestPostgres;
import ostler.allocator.Together;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.Outcome;
import ostler.inventory.ClaimId;

/** The contract on a real PostgreSQL. */
final class PostgresStoreTest extends StoreContract {

  private static final int CALLERS = 16;
  private static final int CARDS = 480;
  private static final int MAX_KILLS = 200;
  private static final int MAX_PAUSE_MS = 50;

  @RegisterExtension private static final SharedPostgres postgres = new SharedPostgres();

  private String url;

  @Override
  Database.Settings empty() throws SQLException {
    url = postgres.emptyDatabase();
    return TestPostgres.settings(url);
  }

  @Override
  String waitForLocksOnly(int millis) {
    return "SET LOCAL lock_timeout = '" + millis + "ms'";
  }

  @Test
  void whoLosesToASerialisationFailureTriesAgain() {
    Fleet fleet = fleet().withProject(1);
    AtomicInteger tries = new AtomicInteger();
    Outcome<Integer> outcome =
        fleet.desk.transactions.write(
            () -> {
              fleet.sql.sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").update();
              fleet.sql.sql("SELECT COUNT(*) FROM project").query(Integer.class).single();
              if (tries.incrementAndGet() == 1) {
                inBetween(() -> touch("p1"));
              }
              return Outcome.done(touch("p1"));
            });
    assertEquals(1, outcome.orElseThrow());
    assertEquals(2, tries.get());
  }

  private int touch(String project) {
    return fleet().sql.sql("UPDATE project SET name = name WHERE id = ?").param(project).update();
  }

  private static void inBetween(Runnable work) {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      other.submit(work).get(10, TimeUnit.SECONDS);
    } catch (InterruptedException
        | java.util.concurrent.ExecutionException
        | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    } finally {
      other.shutdownNow();
    }
  }

  /** Connections die in the middle of claims; whoever was not answered asks again. */
  @Test
  void aClaimWhoseConnectionDiesIsMadeOnceOrNotAtAll() throws InterruptedException, SQLException {
    Fleet fleet = fleet().withProject(1_000);
    fleet.withHost("gpu-1", CARDS / 2);
    fleet.withHost("gpu-2", CARDS / 2);
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    AtomicInteger cut = new AtomicInteger();
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService killer = Executors.newSingleThreadExecutor();
    int claims = 0;
    try {
      Future<Integer> kills = killer.submit(() -> killUntil(done, random));
      while (cut.get() == 0 && claims < CARDS) {
        int from = claims;
        Together.atOnce(
                CALLERS, i -> claimUntilAnswered(new ClaimId(new UUID(seed, from + i)), cut))
            .forEach(Outcome::orElseThrow);
        claims += CALLERS;
      }
      done.set(true);
      assertTrue(Together.get(kills) > 0);
    } finally {
      killer.shutdownNow();
    }
    fleet.database.renewConnections();
    assertEquals(claims, fleet.count("claim"), "seed " + seed);
    assertEquals(claims, fleet.quota().used(), "seed " + seed);
    assertTrue(cut.get() > 0, "no claim was cut off with seed " + seed);
  }

  private int killUntil(AtomicBoolean done, Random random)
      throws SQLException, InterruptedException {
    int kills = 0;
    // A bound, for a round of claims that takes longer than the pauses would never be answered.
    while (!done.get() && kills < MAX_KILLS) {
      TestPostgres.killConnections(url);
      kills++;
      TimeUnit.MILLISECONDS.sleep(random.nextInt(MAX_PAUSE_MS));
    }
    return kills;
  }

  private Outcome<Claim> claimUntilAnswered(ClaimId id, AtomicInteger cut) {
    while (true) {
      try {
        return fleet().claimDesk.claim(Fleet.request(id, 1), Fleet.TEST);
      } catch (NestedRuntimeException e) {
        cut.incrementAndGet();
      }
    }
  }
}
