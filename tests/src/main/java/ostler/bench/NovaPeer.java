package ostler.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ostler.lab.DebianPrograms;
import ostler.lab.LabException;
import ostler.lab.LabImage;
import ostler.lab.Progress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Debian's Nova, whose own filters judge the hosts of a fleet: a script of ours runs in its Python.
 *
 * @param modules folders with what the scripts import besides
 */
record NovaPeer(DebianPrograms nova, Path folder, List<Path> modules) {

  private static final String HOSTS = "nova_hosts.py";
  private static final JsonMapper JSON = new JsonMapper();

  NovaPeer {
    modules = List.copyOf(modules);
  }

  /** Fetches Nova first if the cache does not have it. */
  static NovaPeer prepare(Path folder, List<Path> modules, Progress progress)
      throws IOException, InterruptedException, LabException {
    return new NovaPeer(
        DebianPrograms.prepare(
            LabImage.cache(System.getenv()), "nova-1", List.of("python3-nova"), progress),
        folder,
        modules);
  }

  /**
   * Runs a script over the fleet to its end.
   *
   * @param script the name of a resource beside this class
   * @return the JSON that it prints
   * @throws LabException if it fails or is not done by the deadline
   */
  JsonNode run(String script, List<String> arguments, FilterFleet fleet, Duration deadline)
      throws IOException, InterruptedException, LabException {
    copy(HOSTS);
    List<String> words = new ArrayList<>(List.of(copy(script).toString()));
    words.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(nova.command("usr/bin/python3.11", words.toArray(String[]::new)))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("PYTHONHOME", nova.root().resolve("usr").toString());
    builder.environment().put("PYTHONPATH", path());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Path answer = folder.resolve(script + ".json");
    Process process = builder.redirectOutput(answer.toFile()).start();
    try (Writer hosts = process.outputWriter()) {
      hosts.append(fleet.toJson());
    }
    try {
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)
          || process.exitValue() != 0) {
        throw new LabException(script + " did not come to its end in Nova's Python");
      }
    } finally {
      process.destroyForcibly();
    }
    return JSON.readTree(Files.readString(answer));
  }

  private String path() {
    return Stream.concat(
            modules.stream(), Stream.of(nova.root().resolve("usr/lib/python3/dist-packages")))
        .map(Path::toString)
        .collect(Collectors.joining(":"));
  }

  private Path copy(String script) throws IOException {
    Path copy = folder.resolve(script);
    try (InputStream source = NovaPeer.class.getResourceAsStream(script)) {
      Files.copy(source, copy);
    }
    return copy;
  }
}
