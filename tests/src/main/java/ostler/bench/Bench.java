package ostler.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import ostler.lab.DirectoryTree;
import ostler.lab.LabException;
import ostler.lab.Progress;

/** The program behind {@code tests/bench}: one benchmark by name. */
public final class Bench {

  private static final int EXIT_BROKEN = 1;
  private static final int EXIT_USAGE = 2;
  private static final String USAGE =
      """
      usage: tests/bench claims [--seconds N] [--clients N]
             tests/bench filter
             tests/bench nova
             tests/bench agents [--agents N] [--orders N]
             tests/bench ledger [--intervals N] [--runs N]\
      """;

  /** Held, since a logger that nobody holds forgets its level. */
  private static final Logger LIBRARIES = Logger.getLogger("");

  private Bench() {}

  /**
   * One of {@code claims}, {@code filter}, {@code nova}, {@code agents} and {@code ledger}, with
   * its options. Standard output gets the figure, one line of JSON. Exit 1 if it did not come to
   * its end or a promise was broken, 2 if the words were wrong.
   */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, SQLException {
    System.setProperty("logback.configurationFile", "ostler/bench/logback.xml");
    LIBRARIES.setLevel(Level.WARNING);
    List<String> words = List.of(arguments);
    Path folder = Files.createTempDirectory("ostler-bench-");
    int exit;
    try {
      exit = run(words.isEmpty() ? "" : words.get(0), words.stream().skip(1).toList(), folder);
      DirectoryTree.delete(folder);
    } catch (LabException e) {
      System.err.println("bench: " + e.getMessage() + "; what it left is in " + folder);
      exit = EXIT_BROKEN;
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage() + "\n" + USAGE);
      exit = EXIT_USAGE;
    }
    System.exit(exit);
  }

  private static int run(String name, List<String> options, Path folder)
      throws IOException, InterruptedException, LabException, SQLException {
    Progress progress = Progress.onTerminalOnly("bench");
    return switch (name) {
      case "claims" -> ClaimsBench.run(options, folder, progress);
      case "filter" -> FilterBench.run(options, folder, progress);
      case "nova" -> NovaBench.run(options, folder, progress);
      case "agents" -> AgentsBench.run(options, folder, progress);
      case "ledger" -> LedgerBench.run(options, progress);
      default -> throw new IllegalArgumentException("there is no benchmark '" + name + "'");
    };
  }
}
