package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatabaseCommandTest {

  @TempDir private Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  private String db(String... words) throws IOException, Options.BadOption {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--data", data().toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DatabaseCommand.run(
        all,
        new DatabaseCommand.Surroundings(
            folder, "", UUID::randomUUID, new PrintStream(out, true, StandardCharsets.UTF_8)));
    return out.toString(StandardCharsets.UTF_8);
  }

  private String refused(String... words) {
    return assertThrows(IOException.class, () -> db(words)).getMessage();
  }

  private void project(Http http, String name) {
    http.ok("PUT", "/v1/projects/" + name, "{}", Http.As.ADMIN, 200);
  }

  private int status(Http http, String project) {
    return http.call("GET", "/v1/projects/" + project, "", Http.As.ADMIN).status();
  }

  @Test
  void aBackupOfARunningAllocatorIsWhatWasThereAtThatMoment()
      throws IOException, Options.BadOption, InterruptedException {
    Path backup = folder.resolve("backup.zip");
    // A process of its own: within one, H2 shares a database instead of keeping it for itself.
    Process process = AllocatorProcess.start(data());
    try {
      Http http = AllocatorProcess.http(process, data());
      project(http, "before");
      db("backup", backup.toString());
      project(http, "after");
      assertTrue(refused("restore", backup.toString(), "--yes").contains("stop every one of them"));
      assertTrue(refused("migrate").contains("stop every one of them"));
      assertTrue(db("status").contains("an allocator is using it"));
    } finally {
      process.destroy();
      process.waitFor();
    }
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)));
    String nowhere = folder.resolve("nowhere/backup.zip").toString();
    assertTrue(refused("backup", nowhere).contains("there is no folder for " + nowhere));
    assertTrue(refused("restore", backup.toString()).contains("--yes"));
    assertTrue(db("restore", backup.toString(), "--yes").contains("replaced-1.mv.db"));
    try (TestServer server = TestServer.start(data())) {
      assertEquals(200, status(server.http(), "before"));
      assertEquals(404, status(server.http(), "after"));
    }
    try (var left = Files.list(data())) {
      assertFalse(
          left.anyMatch(file -> file.getFileName().toString().matches("backup-.*|restored.*")));
    }
  }

  @Test
  void everyRestoreRaisesTheEpochAboveAllThatWereEverGiven() throws IOException, Options.BadOption {
    Path backup = folder.resolve("backup.zip");
    try (TestServer server = TestServer.start(data())) {
      new AgentOverHttp(server.http(), new FakeAgent(Machine.withGpus("gpu-1", 1))).enroll();
    }
    db("backup", backup.toString());
    for (int restores = 1; restores <= 3; restores++) {
      assertTrue(db("restore", backup.toString(), "--yes").contains("1 hosts"));
      try (TestServer server = TestServer.start(data())) {
        assertEquals(
            1 + restores, server.http().get("/v1/hosts/gpu-1").json().get("epoch").asLong());
      }
    }
  }

  @Test
  void aBackupOfAnAllocatorThatStandsStillIsMadeToo() throws IOException, Options.BadOption {
    TestServer.start(data()).close();
    Path backup = folder.resolve("backup.zip");
    assertTrue(db("backup", backup.toString()).contains("it holds secrets"));
    assertTrue(refused("backup", backup.toString()).contains("is there already"));
    assertTrue(db("status").contains("up to date"));
    assertTrue(db("migrate").contains("was up to date"));
  }

  @Test
  void whatIsNoBackupIsRefusedAndTheDatabaseStays() throws IOException {
    try (TestServer server = TestServer.start(data())) {
      project(server.http(), "before");
    }
    Path wrong = Files.writeString(folder.resolve("wrong.zip"), "no archive at all");
    assertEquals(
        wrong + " is not a backup of an allocator's database",
        refused("restore", wrong.toString(), "--yes"));
    try (TestServer server = TestServer.start(data())) {
      assertEquals(200, status(server.http(), "before"));
    }
  }

  @Test
  void whatItCannotDoItSays() {
    assertThrows(Options.BadOption.class, () -> db("polish"));
    assertThrows(Options.BadOption.class, () -> db("backup"));
    assertTrue(
        refused("backup", "file", "--jdbc-url", "jdbc:postgresql://localhost/x")
            .contains("pg_dump"));
    assertTrue(
        refused("restore", "file", "--jdbc-url", "jdbc:postgresql://localhost/x")
            .contains("ostler db restored"));
  }

  @Test
  void onlyTheAdminGetsABackup() throws IOException {
    try (TestServer server = TestServer.start(data())) {
      Http http = server.http();
      String operator =
          http.ok(
                  "POST",
                  "/v1/tokens",
                  "{\"name\":\"o\",\"role\":\"operator\"}",
                  Http.As.ADMIN,
                  201)
              .text("token");
      assertEquals(403, http.call("GET", "/v1/backup", "", new Http.As(operator)).status());
      assertEquals(200, http.call("GET", "/v1/backup", "", Http.As.ADMIN).status());
    }
  }
}
