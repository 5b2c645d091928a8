package ostler.simulation;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.logging.LogManager;
import ostler.allocator.engine.Lifecycle;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import tools.jackson.databind.json.JsonMapper;

/** {@code tests/simulate}: runs worlds from seeds, and says whether every promise was kept. */
public final class Main {

  private static final int BROKEN = 1;
  private static final int WRONG_USAGE = 2;
  private static final int MAX_TOLD = 5;

  /** From how many starts each planted bug is looked for, for the median. */
  private static final int HUNTS = 5;

  /** In memory where there is such a folder: the agents' journals ask for a flush at each line. */
  private static final Path MEMORY = Path.of("/dev/shm");

  private Main() {}

  public static void main(String[] arguments)
      throws IOException, SQLException, InterruptedException {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  static int run(List<String> words, PrintStream out, PrintStream err)
      throws IOException, SQLException, InterruptedException {
    Options options;
    try {
      options = Options.parse(words);
    } catch (IllegalArgumentException e) {
      err.println("simulate: " + e.getMessage());
      err.print(Options.USAGE);
      return WRONG_USAGE;
    }
    beQuiet();
    ThreadFactory daemons = Main::daemon;
    Path folder = scratch();
    try {
      SeedRun run =
          new SeedRun(
              folder,
              MemoryDatabase.schema(folder.resolve("schema")),
              Executors.newCachedThreadPool(daemons));
      if (options.seed().isPresent()) {
        return one(run, options, out);
      }
      int processors = Runtime.getRuntime().availableProcessors();
      return many(
          new Campaign(run, options.steps(), HUNTS, processors, daemons, err::println),
          options,
          out);
    } finally {
      SeedRun.delete(folder);
    }
  }

  /** A new folder for worlds, in memory where that can be. */
  static Path scratch() throws IOException {
    return Files.isWritable(MEMORY)
        ? Files.createTempDirectory(MEMORY, "ostler-simulation-")
        : Files.createTempDirectory("ostler-simulation-");
  }

  /** Libraries log what a world goes through on purpose, a thousand times. */
  private static void beQuiet() {
    System.setProperty("logback.configurationFile", "ostler/simulation/logback.xml");
    LogManager.getLogManager().reset();
  }

  private static int one(SeedRun run, Options options, PrintStream out)
      throws IOException, SQLException {
    SeedRun.End end =
        run.run(options.seed().getAsLong(), Optional.empty(), options.steps(), out::println);
    end.violation().ifPresent(broken -> tell(end, broken, List.of(), out));
    Map<String, Object> figure = new LinkedHashMap<>();
    figure.put("seed", end.seed());
    figure.put("steps", end.tally().steps());
    figure.put("violations", end.violation().isPresent() ? 1 : 0);
    figure.put("hash", end.hash());
    out.println(json(figure));
    return end.violation().isPresent() ? BROKEN : 0;
  }

  private static int many(Campaign campaign, Options options, PrintStream out)
      throws InterruptedException {
    long begin = System.nanoTime();
    List<SeedRun.End> ends = campaign.worlds(options.from(), options.seeds());
    Tally all = new Tally();
    ends.forEach(end -> all.add(end.tally()));
    List<SeedRun.End> broken = ends.stream().filter(end -> end.violation().isPresent()).toList();
    Map<PlantedBug, Campaign.Hunt> hunts = campaign.hunts();
    tell(all, out);
    hunts.forEach(
        (bug, hunt) ->
            out.println(
                "planted "
                    + bug
                    + (hunt.found()
                        ? ": found after " + hunt.median() + " steps (median)"
                        : ": NOT found")));
    broken.stream()
        .limit(MAX_TOLD)
        .forEach(end -> tell(end, end.violation().orElseThrow(), end.last(), out));
    long found = hunts.values().stream().filter(Campaign.Hunt::found).count();
    Map<String, Object> figure = new LinkedHashMap<>();
    figure.put("seeds", ends.size());
    figure.put("steps", all.steps());
    figure.put("violations", broken.size());
    figure.put("planted", hunts.size());
    figure.put("planted_found", found);
    figure.put("seconds", Math.round((System.nanoTime() - begin) / 1e8) / 10.0);
    out.println(json(figure));
    return broken.isEmpty() && found == hunts.size() ? 0 : BROKEN;
  }

  private static void tell(Tally all, PrintStream out) {
    List<String> never = new ArrayList<>();
    for (UnitState from : UnitState.values()) {
      for (UnitEvent on : UnitEvent.values()) {
        String row = from + " on " + on;
        if (Lifecycle.knows(from, on) && !all.rows().containsKey(row)) {
          never.add(row);
        }
      }
    }
    all.rows().forEach((row, count) -> out.println("row " + row + ": " + count));
    out.println("rows never taken: " + (never.isEmpty() ? "none" : String.join(", ", never)));
    all.faults().forEach((fault, count) -> out.println("fault " + fault + ": " + count));
    all.refusals().forEach((code, count) -> out.println("refusal " + code + ": " + count));
    out.println("grants: " + all.grants());
  }

  private static void tell(SeedRun.End end, Violation broken, List<String> last, PrintStream out) {
    last.forEach(line -> out.println("  " + line));
    out.println(
        "VIOLATION in seed "
            + end.seed()
            + " at step "
            + end.tally().steps()
            + ": "
            + broken.promise()
            + ": "
            + broken.getMessage());
    if (broken.getCause() != null) {
      broken.getCause().printStackTrace(out);
    }
  }

  private static String json(Map<String, Object> figure) {
    return new JsonMapper().writeValueAsString(figure);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "simulation");
    thread.setDaemon(true);
    return thread;
  }
}
