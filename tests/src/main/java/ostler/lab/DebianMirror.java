package ostler.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Debian packages fetched through the machine's own apt mirror, into a state of our own.
 *
 * <p>The machine's network settings ({@code Acquire::*}) are kept and everything else is replaced:
 * its hooks do not run, its lists and caches are not touched, and an empty status file makes apt
 * resolve the whole closure, whatever is installed.
 */
final class DebianMirror {

  private static final Duration QUERY_DEADLINE = Duration.ofSeconds(60);
  private static final Duration UPDATE_DEADLINE = Duration.ofMinutes(5);
  private static final Duration FETCH_DEADLINE = Duration.ofMinutes(30);
  private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
  private static final Set<String> SUITES =
      Set.of(
          "bullseye",
          "bookworm",
          "trixie",
          "forky",
          "sid",
          "oldoldstable",
          "oldstable",
          "stable",
          "testing",
          "unstable");

  /** It has no pockets for updates: what is new comes into itself. */
  private static final String UNSTABLE = "sid";

  private final Path state;

  private DebianMirror(Path state) {
    this.state = state;
  }

  /**
   * Sets up apt's private state below {@code state} and fetches the package lists.
   *
   * @param suite by its code name
   */
  static DebianMirror open(Path state, String suite)
      throws IOException, InterruptedException, LabException {
    for (Path program : List.of(Path.of("/usr/bin/apt-get"), Path.of("/usr/bin/dpkg-deb"))) {
      if (!Files.isExecutable(program)) {
        throw new LabUnavailableException(
            "Debian's packages are fetched with Debian's own programs, and this machine has no "
                + program
                + ": run on Debian or in a Debian container");
      }
    }
    DebianMirror mirror = new DebianMirror(state);
    Files.createDirectories(state.resolve("lists/partial"));
    Files.createDirectories(state.resolve("archives/partial"));
    Files.writeString(state.resolve("status"), "");
    Files.writeString(state.resolve("sources.list"), sources(suite));
    Files.writeString(state.resolve("apt.conf"), mirror.configuration());
    try {
      mirror.apt(List.of("apt-get", "update"), UPDATE_DEADLINE);
    } catch (LabException e) {
      throw new LabUnavailableException(
          "the machine's Debian mirror does not give the lists of "
              + suite
              + "; check its apt sources and network: "
              + e.getMessage(),
          e);
    }
    return mirror;
  }

  /** Fetches the packages with all they depend on; returns every archive's path. */
  List<Path> closure(List<String> packages) throws IOException, InterruptedException, LabException {
    List<String> words =
        new ArrayList<>(List.of("apt-get", "install", "-y", "--download-only", "-qq"));
    words.addAll(packages);
    apt(words, FETCH_DEADLINE);
    return archives(state.resolve("archives"));
  }

  /** Fetches the one package that a metapackage depends on, without anything it depends on. */
  Path behind(String metapackage) throws IOException, InterruptedException, LabException {
    String shown = apt(List.of("apt-cache", "depends", metapackage), QUERY_DEADLINE);
    String real =
        shown
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("Depends: "))
            .map(line -> line.substring("Depends: ".length()))
            .findFirst()
            .orElseThrow(() -> new LabException(metapackage + " depends on nothing:\n" + shown));
    Path folder = Files.createDirectories(state.resolve("single"));
    new HostCommand(List.of("apt-get", "download", real))
        .in(folder)
        .with("APT_CONFIG", state.resolve("apt.conf").toString())
        .run(FETCH_DEADLINE);
    return archives(folder).get(0);
  }

  private String apt(List<String> words, Duration deadline)
      throws IOException, InterruptedException, LabException {
    return new HostCommand(words)
        .with("APT_CONFIG", state.resolve("apt.conf").toString())
        .with("LC_ALL", "C")
        .with("DEBIAN_FRONTEND", "noninteractive")
        .run(deadline);
  }

  private static List<Path> archives(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".deb")).sorted().toList();
    }
  }

  /** What the machine is configured to use, asked from apt, for that suite alone. */
  private static String sources(String suite)
      throws IOException, InterruptedException, LabException {
    String targets =
        HostCommand.of(
                "apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)", "Created-By: Packages")
            .run(QUERY_DEADLINE);
    String signed = Files.isReadable(KEYRING) ? "[signed-by=" + KEYRING + "] " : "";
    Set<String> lines = new TreeSet<>();
    for (String target : targets.lines().toList()) {
      source(target, suite).ifPresent(source -> lines.add("deb " + signed + source + " main\n"));
    }
    if (lines.stream().noneMatch(line -> line.contains(" " + suite + " "))) {
      throw new LabUnavailableException(
          "apt on this machine names no Debian mirror, so its packages cannot be fetched: add one to"
              + " its sources, or run on Debian");
    }
    return String.join("", lines);
  }

  /** The same site with that suite, for a Debian suite; empty for anything else. */
  static Optional<String> source(String target, String wanted) {
    String[] parts = target.split(" ");
    if (parts.length != 2) {
      return Optional.empty();
    }
    int dash = parts[1].indexOf('-');
    String suite = dash < 0 ? parts[1] : parts[1].substring(0, dash);
    String pocket = dash < 0 ? "" : parts[1].substring(dash);
    Set<String> pockets =
        wanted.equals(UNSTABLE) ? Set.of("") : Set.of("", "-updates", "-security");
    return SUITES.contains(suite) && pockets.contains(pocket)
        ? Optional.of(parts[0] + " " + wanted + pocket)
        : Optional.empty();
  }

  private String configuration() throws IOException, InterruptedException, LabException {
    String network =
        HostCommand.of("apt-config", "dump")
            .run(QUERY_DEADLINE)
            .lines()
            .filter(line -> line.startsWith("Acquire::") && !line.contains("DEP-11"))
            .collect(Collectors.joining("\n"));
    return String.join(
        "\n",
        network,
        "Acquire::Languages \"none\";",
        "Dir::Etc::main \"/dev/null\";",
        "Dir::Etc::parts \"/dev/null\";",
        "Dir::Etc::preferences \"/dev/null\";",
        "Dir::Etc::preferencesparts \"/dev/null\";",
        "Dir::Etc::sourcelist \"" + state.resolve("sources.list") + "\";",
        "Dir::Etc::sourceparts \"/dev/null\";",
        "Dir::State \"" + state + "\";",
        "Dir::State::lists \"" + state.resolve("lists") + "\";",
        "Dir::State::status \"" + state.resolve("status") + "\";",
        "Dir::Cache \"" + state + "\";",
        "Dir::Cache::archives \"" + state.resolve("archives") + "\";",
        "APT::Sandbox::User \"\";",
        "APT::Install-Recommends \"false\";",
        "APT::Architecture \"amd64\";",
        "APT::Architectures { \"amd64\"; };",
        "");
  }
}
