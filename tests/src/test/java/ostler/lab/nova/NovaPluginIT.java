package ostler.lab.nova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.lab.LabImage;
import ostler.lab.Progress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The plugin's own tests, on Debian's Python with the classes of Debian's Nova. */
class NovaPluginIT {

  private static final Duration DEADLINE = Duration.ofMinutes(5);

  @TempDir Path folder;

  @Test
  void everyTestOfThePluginPassesOnDebiansNova() throws Exception {
    NovaPython python =
        NovaPython.prepareFor(
            Path.of(""), LabImage.cache(System.getenv()), new Progress(System.out, false));

    int exit = python.run("tests", List.of(), Map.of(), folder, DEADLINE);

    String said = NovaPython.tail(folder);
    assertEquals(0, exit, said);
    JsonNode figure = new JsonMapper().readTree(NovaPython.lastLine(folder));
    assertTrue(figure.path("nova").asString("").startsWith("26."), figure::toString);
    assertEquals(0, figure.path("failed").asInt(-1), said);
    assertEquals(0, figure.path("skipped").asInt(-1), said);
    assertEquals(written(python.plugin().resolve("tests")), figure.path("ran").asLong(), said);
    System.out.println("nova plugin: " + figure);
  }

  /** How many tests there are, so that none is left out by a name that nobody discovers. */
  private static long written(Path tests) throws IOException {
    long written = 0;
    try (var files = Files.list(tests)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".py")).toList()) {
        written +=
            Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("    def test_"))
                .count();
      }
    }
    assertTrue(written > 0, "there are tests in " + tests);
    return written;
  }
}
