package ostler.lab.nova;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import ostler.lab.DebianPrograms;
import ostler.lab.LabException;
import ostler.lab.Programs;
import ostler.lab.Progress;

/**
 * Debian's Python with Debian's Nova and Placement, what their own functional tests import, and
 * Ostler's plugin from the source tree. Nova's tests are in Debian's package.
 */
final class NovaPython {

  private static final List<String> PACKAGES =
      List.of(
          "python3-nova",
          // Has api-paste.ini, which Nova's API is put together by.
          "nova-common",
          "python3-placement",
          "python3-ddt",
          "python3-fixtures",
          "python3-oslotest",
          "python3-requests-mock",
          "python3-testtools",
          "python3-wsgi-intercept");

  private static final int TAIL_CHARS = 8_000;

  private final DebianPrograms programs;
  private final Path plugin;

  private NovaPython(DebianPrograms programs, Path plugin) {
    this.programs = programs;
    this.plugin = plugin;
  }

  /** Fetches it first if the cache does not have it. */
  static NovaPython prepare(Path cache, Path sourceTree, Progress progress)
      throws IOException, InterruptedException, LabException {
    return new NovaPython(
        DebianPrograms.prepare(cache, "nova-cloud-1", PACKAGES, progress),
        sourceTree.resolve("flavor-sync/nova"));
  }

  /** The same for the source tree that {@code start} lies in. */
  static NovaPython prepareFor(Path start, Path cache, Progress progress)
      throws IOException, InterruptedException, LabException {
    return prepare(cache, Programs.home(start), progress);
  }

  /** Where the plugin, its tests and the cloud lie. */
  Path plugin() {
    return plugin;
  }

  /** The file that puts Nova's API together. */
  Path apiPaste() {
    return programs.root().resolve("usr/share/nova-common/api-paste.ini");
  }

  /**
   * Runs a module to its end, and answers with its exit code.
   *
   * @param folder for its output, {@code out} and {@code err}
   * @throws LabException if it is not done by the deadline, with the end of what it said
   */
  int run(
      String module,
      List<String> arguments,
      Map<String, String> environment,
      Path folder,
      Duration deadline)
      throws IOException, InterruptedException, LabException {
    Files.createDirectories(folder);
    List<String> words = new ArrayList<>(List.of("-W", "ignore", "-m", module));
    words.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(programs.command("usr/bin/python3.11", words.toArray(String[]::new)))
            .directory(plugin.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().putAll(environment);
    builder
        .environment()
        .putAll(
            Map.of(
                "PYTHONHOME",
                programs.root().resolve("usr").toString(),
                "PYTHONPATH",
                plugin + ":" + programs.root().resolve("usr/lib/python3/dist-packages"),
                "PYTHONDONTWRITEBYTECODE",
                "1"));
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new LabException(
            module + " was not done after " + deadline.toSeconds() + " s:\n" + tail(folder));
      }
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  /** The end of what a run in the folder said on standard error. */
  static String tail(Path folder) throws IOException {
    String text = Files.readString(folder.resolve("err")).strip();
    return text.substring(Math.max(0, text.length() - TAIL_CHARS));
  }

  /** The last line that a run in the folder printed. */
  static String lastLine(Path folder) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("out"));
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
