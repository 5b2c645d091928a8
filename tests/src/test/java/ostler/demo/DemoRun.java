package ostler.demo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demo as somebody runs it: a process of its own. */
record DemoRun(int exitCode, String out, String err) {

  private static final Duration DEADLINE = Duration.ofMinutes(15);

  static DemoRun of(Path folder, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "ostler.demo.Demo"));
    command.addAll(List.of(words));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      process.getOutputStream().close();
      assertTrue(
          process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS),
          () -> "the demo did not end; see " + err);
    } finally {
      process.destroyForcibly();
    }
    return new DemoRun(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  /** The last line on standard output. */
  JsonNode summary() {
    return new JsonMapper().readTree(out.lines().reduce("", (before, line) -> line));
  }
}
