package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.allocator.Together.atOnce;
import static ostler.allocator.Together.get;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.UnitId;

/** Three allocators that share one PostgreSQL, each a whole server, spoken to over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SeveralAllocatorsTest {

  private static final int ALLOCATORS = 3;
  private static final int CALLERS = 64;
  private static final int UNITS = 8;
  private static final int RACES = 100;
  private static final int MAX_TRIES = 10;
  private static final int WAKE_UPS = 8;

  @RegisterExtension private static final SharedPostgres postgres = new SharedPostgres();

  private final List<TestServer> servers = new ArrayList<>();
  private String url;

  @BeforeAll
  void start(@TempDir Path folder) throws SQLException, InterruptedException {
    url = postgres.emptyDatabase();
    // All at once, so that they find the database empty or half made.
    servers.addAll(atOnce(ALLOCATORS, i -> sharing(folder.resolve("data" + i))));
    http(0).ok("PUT", "/v1/aliases/gpu", "{\"rule\":{\"vendor\":\"1002\"}}", Http.As.ADMIN, 200);
    http(0).ok("PUT", "/v1/projects/p1", "{\"name\":\"one\"}", Http.As.ADMIN, 200);
  }

  private TestServer sharing(Path data) {
    try {
      return TestServer.sharing(data, url);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  void stop() {
    for (TestServer server : servers) {
      server.close();
    }
  }

  private Http http(int allocator) {
    return servers.get(allocator % ALLOCATORS).http();
  }

  /** A host with so many clean units, whose agent speaks to one of the allocators. */
  private AgentOverHttp host(String name, int gpus, int allocator) {
    return AgentOverHttp.withCleanGpus(http(allocator), http(allocator + 1), name, gpus);
  }

  private void limit(long limit) {
    http(1)
        .ok(
            "PUT",
            "/v1/projects/p1/quota",
            "{\"limits\":{\"alias:gpu\":" + limit + "}}",
            Http.As.ADMIN,
            200);
  }

  private long used(int allocator) {
    return http(allocator)
        .get("/v1/projects/p1/quota")
        .json()
        .get("limits")
        .get(0)
        .get("used")
        .asLong();
  }

  /** Whoever hears that it is busy asks again with the same id, as it is told to. */
  private Http.Answer claim(int allocator) {
    String body =
        "{\"id\":\"" + UUID.randomUUID() + "\"," + Conversation.claimBody("p1", "", 1).substring(1);
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      Http.Answer answer = http(allocator + tries).call("POST", "/v1/claims", body, Http.As.ADMIN);
      if (answer.status() != 503) {
        return answer;
      }
    }
    throw new AssertionError("busy " + MAX_TRIES + " times");
  }

  private List<String> unitsInState(int allocator, String state) {
    return http(allocator).get("/v1/units?limit=1000&state=" + state).items("id");
  }

  @Test
  void of64CallersForTheLast8UnitsExactly8WinEachTime() throws InterruptedException {
    AgentOverHttp one = host("race-1", UNITS / 2, 0);
    AgentOverHttp two = host("race-2", UNITS / 2, 1);
    for (int race = 0; race < RACES; race++) {
      // Every other time the limit is as scarce as the units are.
      limit(race % 2 == 0 ? CALLERS : UNITS);
      List<Http.Answer> answers = atOnce(CALLERS, this::claim);
      List<Http.Answer> won = answers.stream().filter(a -> a.status() == 201).toList();
      for (Http.Answer answer : answers) {
        if (answer.status() != 201) {
          assertTrue(
              List.of("NO_CAPACITY", "QUOTA_EXCEEDED").contains(answer.code()), answer.body());
          assertFalse(answer.json().get("reasons").isEmpty(), answer.body());
        }
      }
      assertEquals(UNITS, won.size(), "in race " + race + ": " + answers);
      assertEquals(UNITS, used(race));
      assertEquals(UNITS, unitsInState(race, "PREPARING").size());
      assertEquals(
          UNITS,
          won.stream()
              .flatMap(a -> Conversation.texts(a.json().get("units"), "unit").stream())
              .distinct()
              .count());
      for (Http.Answer claim : won) {
        http(race).ok("DELETE", "/v1/claims/" + claim.text("id"), "", Http.As.ADMIN, 202);
      }
      one.converge();
      two.converge();
      assertEquals(0, used(race + 1));
    }
    retire("race-1");
    retire("race-2");
  }

  private void retire(String host) {
    http(0)
        .ok("POST", "/v1/hosts/" + host + "/cordon", "{\"reason\":\"over\"}", Http.As.ADMIN, 200);
  }

  @Test
  void anAgentParkedAtOneAllocatorIsWokenByTheOrdersOfAnother()
      throws InterruptedException, SQLException {
    AgentOverHttp agent = host("parked", 1, 0);
    UnitId unit = agent.desired().units().get(0).unit();
    long took = 0;
    for (int i = 0; i < WAKE_UPS; i++) {
      took += awaitOrders(agent, () -> clean(unit));
      agent.converge();
    }
    assertTrue(took < WAKE_UPS * 250, "woken after " + took + " ms in all; polling takes longer");
    retire("parked");
  }

  @Test
  void aWakeUpThatWasLostIsMadeGoodByPolling() throws InterruptedException, SQLException {
    AgentOverHttp agent = host("unheard", 1, 0);
    long took =
        awaitOrders(
            agent,
            () ->
                TestPostgres.execute(
                    url, "UPDATE host SET revision = revision + 1 WHERE name = 'unheard'"));
    assertTrue(took < 3_000, "woken after " + took + " ms");
    retire("unheard");
  }

  private void clean(UnitId unit) {
    http(2).ok("POST", "/v1/units/" + unit + "/clean", "{\"reason\":\"test\"}", Http.As.ADMIN, 200);
  }

  private interface Change {
    void make() throws SQLException;
  }

  /** How many milliseconds after something was done an agent that waits at the first is told. */
  private long awaitOrders(AgentOverHttp agent, Change change)
      throws InterruptedException, SQLException {
    long revision = agent.desired().revision();
    String path =
        "/v1/hosts/" + agent.agent().machine().name() + "/desired?wait=30&after=" + revision;
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Long> told =
          thread.submit(
              () -> {
                assertEquals(200, http(0).call("GET", path, "", agent.credential()).status());
                return System.nanoTime();
              });
      Thread.sleep(500);
      assertFalse(told.isDone());
      change.make();
      long done = System.nanoTime();
      return Duration.ofNanos(get(told) - done).toMillis();
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void whatOneAllocatorChangesIsTrueForTheOthersAtOnce() {
    limit(7);
    assertEquals(7, limitAt(2));
    String token =
        http(0)
            .ok("POST", "/v1/tokens", "{\"name\":\"t\",\"role\":\"reader\"}", Http.As.ADMIN, 201)
            .text("token");
    Http.As reader = new Http.As(token);
    assertEquals(200, http(1).call("GET", "/v1/projects/p1", "", reader).status());
    String id = UUID.randomUUID().toString();
    assertEquals(404, http(2).call("GET", "/v1/claims/" + id, "", reader).status());
  }

  private long limitAt(int allocator) {
    return http(allocator)
        .get("/v1/projects/p1/quota")
        .json()
        .get("limits")
        .get(0)
        .get("limit")
        .asLong();
  }
}
