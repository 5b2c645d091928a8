package ostler.lab.nova;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import ostler.lab.DebianPrograms;
import ostler.lab.LabException;
import ostler.lab.LabImage;
import ostler.lab.Progress;
import ostler.lab.stack.Allocator;
import ostler.lab.stack.SourceTree;
import tools.jackson.databind.json.JsonMapper;

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
  private static final JsonMapper JSON = new JsonMapper();

  /** Where Nova's own fixtures look for the file below what they take for Nova's state. */
  private static final String API_PASTE = "etc/nova/api-paste.ini";

  private final DebianPrograms programs;
  private final Path plugin;
  private final Map<String, String> environment;

  private NovaPython(DebianPrograms programs, Path plugin, Map<String, String> environment) {
    this.programs = programs;
    this.plugin = plugin;
    this.environment = environment;
  }

  /**
   * Fetches it first if the cache does not have it.
   *
   * @param folder for what it writes; the caller's to delete
   */
  static NovaPython prepare(NovaRelease release, SourceTree tree, Path folder, Progress progress)
      throws IOException, InterruptedException, LabException {
    DebianPrograms programs =
        DebianPrograms.prepare(
            LabImage.cache(System.getenv()), release.folder, release.suite, PACKAGES, progress);
    Path plugin = tree.home().resolve("flavor-sync/nova");
    Path paste = folder.resolve("nova").resolve(API_PASTE);
    Files.createDirectories(paste.getParent());
    Files.copy(programs.root().resolve("usr/share/nova-common/api-paste.ini"), paste);
    return new NovaPython(
        programs,
        plugin,
        Map.of(
            "PYTHONHOME", programs.root().resolve("usr").toString(),
            "PYTHONPATH", plugin + ":" + programs.root().resolve("usr/lib/python3/dist-packages"),
            "PYTHONDONTWRITEBYTECODE", "1",
            "OSTLER_NOVA_API_PASTE", paste.toString(),
            "OSTLER_ALLOCATOR", JSON.writeValueAsString(Allocator.words(tree))));
  }

  /** Where the plugin, its tests and the cloud lie. */
  Path plugin() {
    return plugin;
  }

  /**
   * Runs a module to its end, and answers with its exit code.
   *
   * @param out where its standard output goes; what it says on standard error goes to {@code err}
   * @throws LabException if it is not done by the deadline, with the end of what it said
   */
  int run(List<String> module, Redirect out, Path err, Duration deadline)
      throws IOException, InterruptedException, LabException {
    List<String> words = new ArrayList<>(List.of("-W", "ignore", "-m"));
    words.addAll(module);
    ProcessBuilder builder =
        new ProcessBuilder(programs.command(python(), words.toArray(String[]::new)))
            .directory(plugin.toFile())
            .redirectOutput(out)
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new LabException(
            module + " was not done after " + deadline.toSeconds() + " s:\n" + tail(err));
      }
      return process.exitValue();
    } finally {
      // Allocators that it started, too.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** Each suite has another one behind the common name. */
  private String python() throws IOException {
    Path root = programs.root().toRealPath();
    return root.relativize(root.resolve("usr/bin/python3").toRealPath()).toString();
  }

  /** The end of what was said into a file. */
  static String tail(Path file) throws IOException {
    String text = Files.readString(file).strip();
    return text.substring(Math.max(0, text.length() - TAIL_CHARS));
  }
}
