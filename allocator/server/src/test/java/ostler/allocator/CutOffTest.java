package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An allocator whose network to the database is not what it should be. */
final class CutOffTest {

  /** An answer, whatever it is, must come within this; the bounds inside add up to less. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(12);

  private static final Duration BACK_WITHIN = Duration.ofSeconds(15);

  @RegisterExtension private static final SharedPostgres postgres = new SharedPostgres();

  @TempDir private Path folder;
  private Wire wire;
  private TestServer server;

  @BeforeEach
  void start() throws IOException, SQLException {
    String url = postgres.emptyDatabase();
    wire = Wire.to(postgres.port());
    server =
        TestServer.sharing(
            folder.resolve("data"),
            url.replace(":" + postgres.port() + "/", ":" + wire.port() + "/"));
    assertEquals(200, put("before"));
  }

  @AfterEach
  void stop() throws IOException {
    wire.mend();
    server.close();
    wire.close();
  }

  @Test
  void itSaysSoAndComesBackByItselfWhenConnectionsAreRefused()
      throws IOException, InterruptedException {
    wire.cut();
    refusesAndSaysSo();
    wire.mend();
    comesBack();
  }

  @Test
  void itSaysSoAndComesBackByItselfWhenNothingIsHeardAnyMore()
      throws IOException, InterruptedException {
    wire.silence();
    refusesAndSaysSo();
    wire.mend();
    comesBack();
  }

  @Test
  void connectionsThatWereCutOnceAreMadeAnewAndNobodyIsRefusedForLong()
      throws IOException, InterruptedException {
    wire.cut();
    wire.mend();
    comesBack();
  }

  private int put(String project) {
    return server.http().call("PUT", "/v1/projects/" + project, "{}", Http.As.ADMIN).status();
  }

  private void refusesAndSaysSo() throws InterruptedException {
    long end = System.nanoTime() + ANSWER_WITHIN.toNanos();
    Http.Answer refused = ask("first");
    // From now on it is known, and nobody waits for it any more.
    while (!refused.code().equals("DATABASE_UNREACHABLE") && System.nanoTime() < end) {
      Thread.sleep(100);
      refused = ask("first");
    }
    long begun = System.nanoTime();
    refused = ask("second");
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    assertEquals("DATABASE_UNREACHABLE", refused.code());
    assertTrue(took.compareTo(Duration.ofSeconds(1)) < 0, "a known loss was told after " + took);
    assertEquals(503, server.http().call("GET", "/actuator/health", "", Http.As.NOBODY).status());
  }

  private Http.Answer ask(String project) {
    long begun = System.nanoTime();
    Http.Answer answer = server.http().call("PUT", "/v1/projects/" + project, "{}", Http.As.ADMIN);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    assertTrue(took.compareTo(ANSWER_WITHIN) < 0, "answered after " + took);
    assertEquals(503, answer.status(), answer.body());
    assertEquals("2", answer.response().headers().firstValue("Retry-After").orElse("none"));
    return answer;
  }

  private void comesBack() throws InterruptedException {
    long end = System.nanoTime() + BACK_WITHIN.toNanos();
    while (put("after") != 200) {
      assertTrue(System.nanoTime() < end, "still refused after " + BACK_WITHIN);
      Thread.sleep(100);
    }
    assertEquals(200, server.http().call("GET", "/actuator/health", "", Http.As.NOBODY).status());
    assertEquals(200, put("before"));
  }
}
