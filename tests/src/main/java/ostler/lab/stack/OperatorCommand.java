package ostler.lab.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import ostler.lab.LabException;
import tools.jackson.databind.JsonNode;

/**
 * The real command {@code ostler} as an operator runs it: a process of its own for every call.
 *
 * @param tree where it is built
 * @param environment which allocator it talks to, and with which token
 */
public record OperatorCommand(SourceTree tree, Map<String, String> environment) {

  private static final Duration DEADLINE = Duration.ofMinutes(3);

  /** As the launcher starts it. */
  private static final List<String> JVM_FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto",
          "-Xlog:disable",
          "-Xlog:all=off");

  /** Runs {@code ostler WORDS} and returns however it ended. */
  public CommandResult run(String... words) throws IOException, InterruptedException, LabException {
    return run("allocator/cli", "ostler.cli.Main", List.of(words), List.of(words));
  }

  /** Runs {@code ostler inspect WORDS}, which needs no allocator. */
  public CommandResult inspect(String... words)
      throws IOException, InterruptedException, LabException {
    List<String> typed = new ArrayList<>(List.of("inspect"));
    typed.addAll(List.of(words));
    return run("inventory-agent/inventory", "ostler.inspect.Inspect", typed, List.of(words));
  }

  /** Runs it with {@code -o json}; it has to succeed. */
  public JsonNode json(String... words) throws IOException, InterruptedException, LabException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("-o", "json"));
    return run(all.toArray(String[]::new)).orThrow().json();
  }

  private CommandResult run(String module, String main, List<String> typed, List<String> words)
      throws IOException, InterruptedException, LabException {
    List<String> command = tree.command(module, JVM_FLAGS, main);
    command.addAll(words);
    Path out = Files.createTempFile("ostler-stack", ".out");
    Path err = Files.createTempFile("ostler-stack", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      Process process = builder.start();
      String line = "ostler " + String.join(" ", typed);
      try {
        process.getOutputStream().close();
        if (!process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new LabException(line + " did not end in " + DEADLINE.toSeconds() + " s");
        }
      } finally {
        process.destroyForcibly();
      }
      return new CommandResult(line, process.exitValue(), text(out), text(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
