package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left when an allocator stops, or is stopped. */
final class RestartTest {

  private static final int WRITERS = 8;
  private static final int ACKNOWLEDGED_BEFORE_THE_KILL = 400;
  private static final int DEADLINE_SECONDS = 120;

  @TempDir private Path folder;

  @Test
  void aClaimGoesOnWhereItWasWhenTheAllocatorIsStartedAgain() throws IOException {
    Path data = folder.resolve("data");
    String unit;
    String claim;
    FakeAgent agent = new FakeAgent(Machine.withGpus("gpu-1", 1));
    AgentOverHttp before;
    try (TestServer server = TestServer.start(data)) {
      Http http = server.http();
      before = new AgentOverHttp(http, agent);
      before.join(before.enroll());
      before.report();
      http.ok("PUT", "/v1/aliases/gpu", "{\"rule\":{\"vendor\":\"1002\"}}", Http.As.ADMIN, 200);
      http.ok("PUT", "/v1/projects/p1", "{}", Http.As.ADMIN, 200);
      http.ok("PUT", "/v1/projects/p1/quota", "{\"limits\":{\"alias:gpu\":1}}", Http.As.ADMIN, 200);
      unit =
          http.ok(
                  "POST",
                  "/v1/devices/admit",
                  "{\"host\":\"gpu-1\",\"addresses\":[\"0000:01:00.0\"]}",
                  Http.As.ADMIN,
                  200)
              .json()
              .get("admitted")
              .get(0)
              .get("id")
              .asString();
      before.converge();
      claim =
          http.ok("POST", "/v1/claims", Conversation.claimBody("p1", "", 1), Http.As.ADMIN, 201)
              .text("id");
    }
    try (TestServer server = TestServer.start(data)) {
      Http http = server.http();
      assertEquals("PREPARING", http.get("/v1/units/" + unit).text("state"));
      AgentOverHttp after = before.speakingTo(http);
      after.converge();
      assertEquals("READY", http.get("/v1/units/" + unit).text("state"));
      http.ok("DELETE", "/v1/claims/" + claim, "", Http.As.ADMIN, 202);
      after.converge();
      assertEquals("released", http.get("/v1/claims/" + claim).text("state"));
      assertEquals("CLEAN", http.get("/v1/units/" + unit).text("state"));
    }
  }

  /** A process of its own, killed without warning in the middle of many writes. */
  @Test
  void whatWasAcknowledgedSurvivesAKill() throws IOException, InterruptedException {
    Path data = folder.resolve("data");
    Process process = AllocatorProcess.start(data);
    Set<String> acknowledged = new ConcurrentSkipListSet<>();
    try {
      killInTheMiddle(process, AllocatorProcess.http(process, data), acknowledged);
    } finally {
      process.destroyForcibly().waitFor();
    }
    try (Stream<Path> left = Files.list(AllocatorProcess.temporary(data))) {
      assertEquals(List.of(), left.toList(), "left where the system keeps what is temporary");
    }
    assertTrue(acknowledged.size() >= ACKNOWLEDGED_BEFORE_THE_KILL);
    try (TestServer server = TestServer.start(data)) {
      List<String> lost = new ArrayList<>();
      for (String project : acknowledged) {
        String path = "/v1/projects/" + project;
        if (server.http().call("GET", path, "", Http.As.ADMIN).status() != 200) {
          lost.add(project);
        }
      }
      assertEquals(List.of(), lost, "of " + acknowledged.size() + " acknowledged");
    }
  }

  private static void killInTheMiddle(Process process, Http http, Set<String> acknowledged)
      throws InterruptedException {
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    CountDownLatch enough = new CountDownLatch(ACKNOWLEDGED_BEFORE_THE_KILL);
    for (int i = 0; i < WRITERS; i++) {
      String prefix = "w" + i + "-";
      writers.execute(() -> write(http, prefix, acknowledged, enough));
    }
    assertTrue(enough.await(DEADLINE_SECONDS, TimeUnit.SECONDS));
    process.destroyForcibly().waitFor();
    writers.shutdown();
    assertTrue(writers.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS));
  }

  /** Writes until the allocator is gone. */
  private static void write(
      Http http, String prefix, Set<String> acknowledged, CountDownLatch enough) {
    for (int n = 0; ; n++) {
      String project = prefix + n;
      try {
        if (http.call("PUT", "/v1/projects/" + project, "{}", Http.As.ADMIN).status() != 200) {
          return;
        }
      } catch (UncheckedIOException e) {
        return;
      }
      acknowledged.add(project);
      enough.countDown();
    }
  }
}
