package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Three allocators on one PostgreSQL, of which one is a process that is killed under load. */
final class KilledAllocatorTest {

  private static final int WORKERS = 12;
  private static final int UNITS = 24;
  private static final int LIMIT = 18;
  private static final int CHANGES_BEFORE_THE_KILL = 60;
  private static final int DEADLINE_SECONDS = 120;

  @RegisterExtension private static final SharedPostgres postgres = new SharedPostgres();

  @TempDir private Path folder;
  private TestServer one;
  private TestServer two;
  private Process process;
  private final List<Http> doors = new ArrayList<>();

  /** What each claim was last known to be by the one who asked for it. */
  private final Map<String, String> known = new ConcurrentHashMap<>();

  private final CountDownLatch load = new CountDownLatch(CHANGES_BEFORE_THE_KILL);
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger unanswered = new AtomicInteger();

  @BeforeEach
  void start() throws IOException, SQLException {
    String url = postgres.emptyDatabase();
    one = TestServer.sharing(folder.resolve("one"), url);
    two = TestServer.sharing(folder.resolve("two"), url);
    Path data = folder.resolve("three");
    process = AllocatorProcess.start(data, "--jdbc-url", url, "--jdbc-user", TestPostgres.USER);
    doors.add(one.http());
    doors.add(two.http());
    doors.add(AllocatorProcess.http(process, data));
  }

  @AfterEach
  void stop() throws InterruptedException {
    process.destroyForcibly().waitFor();
    one.close();
    two.close();
  }

  @Test
  void nothingThatWasAnsweredIsLostAndNothingIsGivenTwice() throws InterruptedException {
    List<AgentOverHttp> agents = List.of(host("gpu-1"), host("gpu-2"), host("gpu-3"));
    one.http().ok("PUT", "/v1/aliases/gpu", "{\"rule\":{\"vendor\":\"1002\"}}", Http.As.ADMIN, 200);
    one.http().ok("PUT", "/v1/projects/p1", "{}", Http.As.ADMIN, 200);
    one.http()
        .ok(
            "PUT",
            "/v1/projects/p1/quota",
            "{\"limits\":{\"alias:gpu\":" + LIMIT + "}}",
            Http.As.ADMIN,
            200);
    ExecutorService workers = Executors.newFixedThreadPool(WORKERS + agents.size());
    for (int i = 0; i < WORKERS; i++) {
      int worker = i;
      workers.execute(() -> work(worker));
    }
    agents.forEach(agent -> workers.execute(() -> serve(agent)));
    assertTrue(load.await(DEADLINE_SECONDS, TimeUnit.SECONDS));
    process.destroyForcibly().waitFor();
    // The other two go on as if nothing had happened.
    Thread.sleep(2_000);
    over.set(true);
    workers.shutdown();
    assertTrue(workers.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS));
    agents.forEach(AgentOverHttp::converge);
    everythingAgrees();
  }

  private AgentOverHttp host(String name) {
    return AgentOverHttp.withCleanGpus(two.http(), one.http(), name, UNITS / 3);
  }

  /** Claims and releases through any allocator; whoever is not answered asks another one again. */
  private void work(int worker) {
    for (int n = 0; !over.get(); n++) {
      String id = new UUID(worker + 1, n).toString();
      String body = "{\"id\":\"" + id + "\"," + Conversation.claimBody("p1", "", 1).substring(1);
      if (untilAnswered(worker + n, "POST", "/v1/claims", body).status() != 201) {
        continue;
      }
      known.put(id, "live");
      load.countDown();
      if (n % 3 != 0) {
        assertEquals(202, untilAnswered(worker + n, "DELETE", "/v1/claims/" + id, "").status());
        known.put(id, "ended");
        load.countDown();
      } else if (n % 6 == 3) {
        giveBackOne(worker, n);
      }
    }
  }

  private void giveBackOne(int worker, int n) {
    String before = new UUID(worker + 1, n - 3).toString();
    if (known.getOrDefault(before, "").equals("live")) {
      assertEquals(202, untilAnswered(worker, "DELETE", "/v1/claims/" + before, "").status());
      known.put(before, "ended");
    }
  }

  private Http.Answer untilAnswered(int door, String method, String path, String body) {
    for (int i = door; ; i++) {
      try {
        Http.Answer answer = doors.get(i % doors.size()).call(method, path, body, Http.As.ADMIN);
        if (answer.status() != 503) {
          return answer;
        }
      } catch (UncheckedIOException e) {
        // It is dead, and may have done it or not.
        unanswered.incrementAndGet();
      }
    }
  }

  private void serve(AgentOverHttp agent) {
    while (!over.get()) {
      agent.converge();
    }
  }

  private void everythingAgrees() {
    Http http = two.http();
    long live = 0;
    for (Map.Entry<String, String> claim : known.entrySet()) {
      String state = http.get("/v1/claims/" + claim.getKey()).text("state");
      boolean ended = Set.of("releasing", "released").contains(state);
      assertEquals(claim.getValue().equals("ended"), ended, claim + " is " + state);
      live += ended ? 0 : 1;
    }
    JsonNode limit = http.get("/v1/projects/p1/quota").json().get("limits").get(0);
    List<JsonNode> units =
        http.get("/v1/units?limit=1000").json().get("items").valueStream().toList();
    List<String> holders =
        units.stream()
            .filter(unit -> !unit.get("claim").isNull())
            .map(unit -> unit.get("claim").asString())
            .toList();
    assertEquals(UNITS, units.size());
    assertEquals(holders.size(), Set.copyOf(holders).size(), "a claim of one unit has two");
    assertEquals(live, holders.size());
    assertEquals(live, limit.get("used").asLong());
    assertTrue(live <= LIMIT, live + " of " + LIMIT);
    assertTrue(unanswered.get() > 0, "nobody was cut off by the kill");
    assertTrue(known.size() >= CHANGES_BEFORE_THE_KILL / 2);
  }
}
