package ostler.lab.nova;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import ostler.lab.DirectoryTree;
import ostler.lab.LabException;
import ostler.lab.Progress;
import ostler.lab.stack.SourceTree;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The program behind {@code tests/nova}: scenarios in Nova's own cloud with a real allocator, on
 * each release of Nova after the other.
 */
public final class NovaRun {

  private static final Duration DEADLINE = Duration.ofMinutes(30);
  private static final int EXIT_BROKEN = 1;
  private static final int EXIT_USAGE = 2;
  private static final String CHOICE = "--nova";
  private static final String LIST = "--list";
  private static final JsonMapper JSON = new JsonMapper();

  private final SourceTree tree;
  private final Path folder;

  private NovaRun(SourceTree tree, Path folder) {
    this.tree = tree;
    this.folder = folder;
  }

  /**
   * {@code [--nova 26|31|34] [--list | name...]}; without a name, all run. Exit 1 if any failed, 2
   * if the words were wrong.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("ostler-nova-");
    int exit;
    try {
      exit =
          new NovaRun(SourceTree.ofThisProgram(), folder).run(new ArrayList<>(List.of(arguments)));
    } catch (LabException e) {
      System.err.println("nova: " + e.getMessage());
      exit = EXIT_BROKEN;
    }
    DirectoryTree.delete(folder);
    System.exit(exit);
  }

  /** Which releases the words ask for, taken out of them; empty if there is no such one. */
  static Optional<List<NovaRelease>> chosen(List<String> words) {
    int at = words.indexOf(CHOICE);
    if (at < 0) {
      return Optional.of(List.of(NovaRelease.values()));
    }
    String number = at + 1 < words.size() ? words.get(at + 1) : "";
    words.subList(at, Math.min(at + 2, words.size())).clear();
    return Arrays.stream(NovaRelease.values())
        .filter(release -> release.number.equals(number))
        .findFirst()
        .map(List::of);
  }

  private int run(List<String> words) throws IOException, InterruptedException, LabException {
    Optional<List<NovaRelease>> releases = chosen(words);
    if (releases.isEmpty()) {
      System.err.println("nova: " + CHOICE + " is 26, 31 or 34");
      return EXIT_USAGE;
    }
    if (words.contains(LIST)) {
      return run(releases.get().get(0), words, new ArrayList<>());
    }
    List<JsonNode> figures = new ArrayList<>();
    int worst = 0;
    for (NovaRelease release : releases.get()) {
      int exit = run(release, words, figures);
      if (exit == EXIT_USAGE) {
        return exit;
      }
      worst = Math.max(worst, exit);
    }
    JsonNode figure = together(figures);
    System.out.println(figure);
    return figure.path("scenarios").asInt() == 0 ? EXIT_BROKEN : worst;
  }

  /** Runs the scenarios on one release; its figure is added to the others. */
  private int run(NovaRelease release, List<String> words, List<JsonNode> figures)
      throws IOException, InterruptedException, LabException {
    Path own = Files.createDirectory(folder.resolve(release.number));
    NovaPython python = NovaPython.prepare(release, tree, own, Progress.onTerminalOnly("nova"));
    Path figure = own.resolve("figure");
    List<String> module = new ArrayList<>(List.of("cloud", "--figure", figure.toString()));
    module.addAll(words);
    Path err = own.resolve("err");
    int exit = python.run(module, Redirect.INHERIT, err, DEADLINE);
    if (Files.exists(figure)) {
      figures.add(JSON.readTree(Files.readString(figure)));
    }
    if (exit != 0) {
      System.err.println(NovaPython.tail(err));
    }
    return exit;
  }

  /** One figure of what was seen on each release. */
  static JsonNode together(List<JsonNode> figures) {
    ObjectNode all = JSON.createObjectNode();
    for (String count : List.of("scenarios", "passed")) {
      all.put(count, figures.stream().mapToInt(one -> one.path(count).asInt()).sum());
    }
    for (String versions : List.of("nova", "placement")) {
      var list = all.putArray(versions);
      figures.forEach(one -> one.path(versions).forEach(list::add));
    }
    double seconds = figures.stream().mapToDouble(one -> one.path("seconds").asDouble()).sum();
    return all.put("seconds", Math.round(seconds * 10) / 10.0);
  }
}
