package ostler.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One command on the machine that runs the lab, with a deadline and its whole output kept. */
final class HostCommand {

  private static final int TAIL_CHARS = 4000;

  private final List<String> words;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private File directory = new File("/");

  HostCommand(List<String> words) {
    this.words = List.copyOf(words);
  }

  static HostCommand of(String... words) {
    return new HostCommand(List.of(words));
  }

  HostCommand with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  HostCommand in(Path folder) {
    directory = folder.toFile();
    return this;
  }

  /** Runs to the end and returns what was printed; anything but exit 0 in time is an exception. */
  String run(Duration deadline) throws IOException, InterruptedException, LabException {
    Path output = Files.createTempFile("ostler-lab-command", ".out");
    try {
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.environment().putAll(environment);
      builder.directory(directory).redirectErrorStream(true).redirectOutput(output.toFile());
      Process process = builder.start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new LabException(
              words.get(0) + " was not done after " + Progress.seconds(deadline) + tail(output));
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        throw new LabException(words.get(0) + " failed" + tail(output));
      }
      return Files.readString(output, StandardCharsets.UTF_8);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static String tail(Path output) throws IOException {
    String text = Files.readString(output, StandardCharsets.ISO_8859_1).strip();
    return text.isEmpty() ? "" : ":\n" + text.substring(Math.max(0, text.length() - TAIL_CHARS));
  }
}
