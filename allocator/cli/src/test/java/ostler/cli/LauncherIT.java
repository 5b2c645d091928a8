package ostler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell's part: the packaged command in processes of its own, with a cache of its own. */
final class LauncherIT {

  private static final Path LAUNCHER = Path.of("src/main/dist/bin/ostler-cli").toAbsolutePath();
  private static final Path APP = Path.of("target/app").toAbsolutePath();
  private static final Duration BUILD_BOUND = Duration.ofMinutes(2);
  private static final int RUN_BOUND_SECONDS = 60;
  private static final int PARALLEL_STARTS = 6;

  @TempDir private Path folder;
  private Path cache;
  private Path lib;

  /** How a run ended. */
  private record Ended(int exit, String stdout, String stderr) {}

  @BeforeEach
  void copyTheJars() throws IOException {
    cache = folder.resolve("cache");
    lib = Files.createDirectory(folder.resolve("lib"));
    try (Stream<Path> jars = Files.list(APP)) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, lib.resolve(jar.getFileName()));
      }
    }
  }

  private Process start(Map<String, String> environment, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("XDG_CACHE_HOME", cache.toString());
    builder.environment().put("OSTLER_CLI_LIB", lib.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .environment()
        .put("OSTLER_TOKEN_FILE", Files.writeString(folder.resolve("t"), "t").toString());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Ended end(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String stderr = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(RUN_BOUND_SECONDS, TimeUnit.SECONDS), "it never ends");
    return new Ended(process.exitValue(), stdout, stderr);
  }

  private Ended run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(words));
    return end(start(Map.of(), command.toArray(String[]::new)));
  }

  private void assertPrintsItsVersionAndNothingElse() throws IOException, InterruptedException {
    Ended ended = run("version");
    assertEquals(0, ended.exit(), ended.stderr());
    assertTrue(ended.stdout().matches("ostler \\d\\S+\n"), ended.stdout());
    assertEquals("", ended.stderr());
  }

  private List<Path> cached(String suffix) throws IOException {
    if (!Files.exists(cache.resolve("ostler"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(cache.resolve("ostler"))) {
      return files.filter(file -> file.toString().endsWith(suffix)).toList();
    }
  }

  /** The archive, once it is there and nobody builds any more. */
  private Path awaitArchive() throws IOException, InterruptedException {
    Instant bound = Instant.now().plus(BUILD_BOUND);
    while (cached(".jsa").isEmpty() || !cached(".building").isEmpty()) {
      assertTrue(Instant.now().isBefore(bound), "no archive in " + cached(""));
      Thread.sleep(50);
    }
    assertEquals(1, cached(".jsa").size());
    return cached(".jsa").get(0);
  }

  @Test
  void theFirstCallHasAnArchiveBuiltThatTheNextOneMaps() throws IOException, InterruptedException {
    assertPrintsItsVersionAndNothingElse();
    Path archive = awaitArchive();
    HttpServer silent =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    silent.createContext("/", call -> call.sendResponseHeaders(200, 0));
    silent.start();
    String url = "http://127.0.0.1:" + silent.getAddress().getPort();
    Process tail = start(Map.of("OSTLER_URL", url), LAUNCHER.toString(), "event", "tail");
    try {
      Path maps = Path.of("/proc/" + tail.pid() + "/maps");
      Instant bound = Instant.now().plusSeconds(RUN_BOUND_SECONDS);
      while (!Files.readString(maps).contains(archive.toString())) {
        assertTrue(tail.isAlive() && Instant.now().isBefore(bound), "it never maps " + archive);
        Thread.sleep(20);
      }
    } finally {
      tail.destroyForcibly().waitFor();
      silent.stop(0);
    }
  }

  @Test
  void aCacheThatCannotBeWrittenIsNoHindrance() throws IOException, InterruptedException {
    cache = Path.of("/proc/1/ostler-has-no-cache-here");
    assertPrintsItsVersionAndNothingElse();
    assertPrintsItsVersionAndNothingElse();
  }

  @Test
  void parallelFirstStartsBuildOneArchive() throws IOException, InterruptedException {
    List<Process> starts = new ArrayList<>();
    for (int i = 0; i < PARALLEL_STARTS; i++) {
      starts.add(start(Map.of(), LAUNCHER.toString(), "version"));
    }
    for (Process each : starts) {
      Ended ended = end(each);
      assertEquals(0, ended.exit(), ended.stderr());
      assertEquals("", ended.stderr());
    }
    awaitArchive();
  }

  @Test
  void aChangedJarHasANewArchiveAndTheOldOneGoes() throws IOException, InterruptedException {
    assertPrintsItsVersionAndNothingElse();
    Path first = awaitArchive();
    try (Stream<Path> jars = Files.list(lib)) {
      Files.setLastModifiedTime(jars.toList().get(0), FileTime.from(Instant.EPOCH));
    }
    assertPrintsItsVersionAndNothingElse();
    Instant bound = Instant.now().plus(BUILD_BOUND);
    while (Files.exists(first)) {
      assertTrue(Instant.now().isBefore(bound), "the old archive stays");
      Thread.sleep(50);
    }
    assertFalse(awaitArchive().equals(first));
    assertPrintsItsVersionAndNothingElse();
  }

  @Test
  void aDamagedArchiveChangesNothingThatIsPrinted() throws IOException, InterruptedException {
    assertPrintsItsVersionAndNothingElse();
    Path archive = awaitArchive();
    byte[] bytes = Files.readAllBytes(archive);
    Files.delete(archive);
    for (int kept : List.of(bytes.length / 2, 100, 1)) {
      Files.write(archive, Arrays.copyOf(bytes, kept));
      assertPrintsItsVersionAndNothingElse();
      Files.delete(archive);
    }
    Files.writeString(archive, "no archive at all ".repeat(1000));
    assertPrintsItsVersionAndNothingElse();
  }

  @Test
  void withoutJarsOrJavaItSaysWhatIsMissing() throws IOException, InterruptedException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Ended noJars = end(start(Map.of("OSTLER_CLI_LIB", empty.toString()), LAUNCHER.toString()));
    assertEquals(1, noJars.exit());
    assertTrue(noJars.stderr().contains("there are no jars in " + empty), noJars.stderr());
    Ended noJava = end(start(Map.of("JAVA_HOME", empty.toString()), LAUNCHER.toString()));
    assertEquals(1, noJava.exit());
    assertTrue(noJava.stderr().contains("needs Java 17"), noJava.stderr());
  }

  @Test
  void aReaderWhoGoesAwayEndsTheCommandQuietly() throws IOException, InterruptedException {
    Ended ended =
        end(
            start(
                Map.of("OSTLER_NO_ARCHIVE", "1"),
                "bash",
                "-c",
                "set -o pipefail; " + LAUNCHER + " completion bash | true; echo ${PIPESTATUS[0]}"));
    assertEquals("141\n", ended.stdout(), ended.stderr());
    assertEquals("", ended.stderr());
    assertEquals(List.of(), cached(""));
  }

  @Test
  void theCompletionIsAScriptThatBashTakesAndThatKnowsTheTree()
      throws IOException, InterruptedException {
    Path script = Files.writeString(folder.resolve("complete"), run("completion", "bash").stdout());
    String ask =
        "compopt() { :; }; source %s; COMP_WORDS=(%s ''); COMP_CWORD=%d; complete_function=$(complete -p ostler"
            + " | sed 's/.*-F \\([^ ]*\\).*/\\1/'); $complete_function; echo \"${COMPREPLY[@]}\"";
    Ended nouns = end(start(Map.of(), "bash", "-c", String.format(ask, script, "ostler", 1)));
    assertEquals("", nouns.stderr());
    assertTrue(nouns.stdout().contains("unit"), nouns.stdout());
    assertTrue(nouns.stdout().contains("demo"), nouns.stdout());
    Ended verbs = end(start(Map.of(), "bash", "-c", String.format(ask, script, "ostler unit", 2)));
    assertTrue(verbs.stdout().contains("quarantine"), verbs.stdout());
  }

  @Test
  void argumentsInOtherLettersArriveWholeInAnyLocale() throws IOException, InterruptedException {
    Ended ended =
        end(
            start(
                Map.of("LC_ALL", "C", "OSTLER_URL", "http://127.0.0.1:1"),
                LAUNCHER.toString(),
                "help",
                "größe"));
    assertEquals(2, ended.exit());
    assertTrue(ended.stderr().contains("no command größe"), ended.stderr());
  }
}
