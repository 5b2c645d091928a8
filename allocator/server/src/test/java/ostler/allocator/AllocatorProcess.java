package ostler.allocator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real allocator in a process of its own, which can be killed without warning. */
final class AllocatorProcess {

  private static final String READY = "ostler: ready at ";

  private AllocatorProcess() {}

  static Process start(Path data, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(temporary(data)));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of("ostler.allocator.Main", "--port", "0", "--data", data.toString()));
    command.addAll(List.of(options));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Where it keeps what is temporary. */
  static Path temporary(Path data) {
    return data.resolveSibling(data.getFileName() + "-temporary");
  }

  /** Waits until it is ready. */
  static Http http(Process process, Path data) throws IOException {
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    List<String> lines = new ArrayList<>();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      lines.add(line);
      if (line.startsWith(READY)) {
        String url = line.substring(READY.length(), line.indexOf(','));
        return new Http(url, Files.readString(data.resolve("admin.token")).strip());
      }
    }
    throw new AssertionError("the allocator ended before it was ready: " + lines);
  }
}
