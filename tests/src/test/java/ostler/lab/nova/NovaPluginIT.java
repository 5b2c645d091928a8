package ostler.lab.nova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.lab.Progress;
import ostler.lab.stack.SourceTree;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The plugin's own tests, and the scenarios in Nova's own cloud, on the Python and the Nova of
 * Debian 12. Those of testing and unstable are others every few weeks, and on some days none:
 * {@code tests/nova} runs on them by hand.
 */
class NovaPluginIT {

  private static final Duration DEADLINE = Duration.ofMinutes(20);

  @TempDir Path folder;
  private NovaPython python;
  private Path out;
  private Path err;

  @BeforeEach
  void prepare() throws Exception {
    python =
        NovaPython.prepare(
            NovaRelease.BOOKWORM,
            SourceTree.ofThisProgram(),
            folder,
            new Progress(System.out, false));
    out = folder.resolve("out");
    err = folder.resolve("err");
  }

  @Test
  void everyTestOfThePluginPassesOnDebiansNova() throws Exception {
    JsonNode figure = figure(run("tests"));

    assertEquals(0, figure.path("failed").asInt(-1), this::said);
    assertEquals(0, figure.path("skipped").asInt(-1), this::said);
    assertEquals(
        written(python.plugin().resolve("tests")), figure.path("ran").asLong(), this::said);
    assertTrue(figure.path("nova").asString("").startsWith("26."), figure::toString);
  }

  @Test
  void everyScenarioPassesInNovasOwnCloudWithARealAllocator() throws Exception {
    assertAllListedPass("cloud");
  }

  @Test
  void thePluginServesAWholeNovaWhateverTheAllocatorSays() throws Exception {
    assertAllListedPass("cloud", "--from", "cloud.test_plugin");
  }

  private void assertAllListedPass(String... scenarios) throws Exception {
    List<String> listing = new ArrayList<>(List.of(scenarios));
    listing.add("--list");
    List<String> listed =
        run(listing.toArray(String[]::new)).stream()
            .filter(line -> !line.contains(" (from Nova "))
            .toList();

    List<String> said = run(scenarios);

    assertEquals(Set.copyOf(listed), passed(said), this::said);
    assertEquals(listed.size(), figure(said).path("passed").asInt(-1), this::said);
    assertFalse(listed.isEmpty());
  }

  private static Set<String> passed(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("passed on "))
        .map(line -> line.split(": ", 3)[1])
        .collect(Collectors.toSet());
  }

  /** Runs a module; the lines that it prints. */
  private List<String> run(String... module) throws Exception {
    int exit = python.run(List.of(module), Redirect.to(out.toFile()), err, DEADLINE);
    List<String> lines = Files.readAllLines(out);
    lines.forEach(line -> System.out.println("nova: " + line));
    assertEquals(0, exit, this::said);
    return lines;
  }

  private static JsonNode figure(List<String> lines) {
    return new JsonMapper().readTree(lines.get(lines.size() - 1));
  }

  private String said() {
    try {
      return NovaPython.tail(err);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** How many tests there are, so that none is left out by a name that nobody discovers. */
  private static long written(Path folder) throws IOException {
    long written = 0;
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".py")).toList()) {
        written += tests(file);
      }
    }
    assertTrue(written > 0, "there are tests in " + folder);
    return written;
  }

  private static long tests(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("    def test_"))
        .count();
  }
}
