package ostler.simulation;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/** Runs many worlds on all processors, and looks for each planted bug. */
final class Campaign {

  /** A bug that is in none of so many worlds counts as not found. */
  private static final int MAX_WORLDS_A_HUNT = 60;

  private final SeedRun run;
  private final int steps;
  private final int hunts;
  private final int processors;
  private final ThreadFactory threads;
  private final Consumer<String> progress;

  /**
   * @param hunts from how many starts each planted bug is looked for
   * @param threads for the worlds themselves; their strands have others
   * @param progress is told what is done, now and then
   */
  Campaign(
      SeedRun run,
      int steps,
      int hunts,
      int processors,
      ThreadFactory threads,
      Consumer<String> progress) {
    this.run = run;
    this.steps = steps;
    this.hunts = hunts;
    this.processors = processors;
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * How a bug was looked for.
   *
   * @param starts from how many worlds on
   * @param stepsToFind one for each start from which it was found
   */
  record Hunt(int starts, List<Long> stepsToFind) {
    Hunt {
      stepsToFind = stepsToFind.stream().sorted().toList();
    }

    boolean found() {
      return stepsToFind.size() == starts;
    }

    long median() {
      return stepsToFind.get(stepsToFind.size() / 2);
    }
  }

  /** Runs the worlds of so many seeds; answers how each ended. */
  List<SeedRun.End> worlds(long from, int seeds) throws InterruptedException {
    List<Callable<SeedRun.End>> works = new ArrayList<>();
    for (long seed = from; seed < from + seeds; seed++) {
      long own = seed;
      works.add(() -> world(own));
    }
    return all(works);
  }

  private SeedRun.End world(long seed) throws IOException, SQLException {
    SeedRun.End end = run.run(seed, Optional.empty(), steps, line -> {});
    if (seed % 100 == 0) {
      progress.accept("world " + seed + " has ended");
    }
    return end;
  }

  /** Looks for each planted bug. */
  Map<PlantedBug, Hunt> hunts() throws InterruptedException {
    List<Callable<Optional<Long>>> works = new ArrayList<>();
    for (PlantedBug bug : PlantedBug.values()) {
      for (int hunt = 0; hunt < hunts; hunt++) {
        long first = 1 + (long) hunt * MAX_WORLDS_A_HUNT;
        works.add(() -> hunt(bug, first));
      }
    }
    List<Optional<Long>> found = all(works);
    Map<PlantedBug, Hunt> ends = new EnumMap<>(PlantedBug.class);
    int from = 0;
    for (PlantedBug bug : PlantedBug.values()) {
      List<Optional<Long>> own = found.subList(from, from + hunts);
      ends.put(bug, new Hunt(hunts, own.stream().flatMap(Optional::stream).toList()));
      from += hunts;
    }
    return ends;
  }

  /** How many steps it takes to find the bug, world after world. */
  private Optional<Long> hunt(PlantedBug bug, long first) throws IOException, SQLException {
    long taken = 0;
    for (long seed = first; seed < first + MAX_WORLDS_A_HUNT; seed++) {
      SeedRun.End end = run.run(seed, Optional.of(bug), steps, line -> {});
      taken += end.tally().steps();
      if (end.violation().filter(broken -> bug.breaks(broken.promise())).isPresent()) {
        return Optional.of(taken);
      }
    }
    return Optional.empty();
  }

  private <T> List<T> all(List<Callable<T>> works) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(processors, threads);
    try {
      List<T> done = new ArrayList<>();
      for (Future<T> future : pool.invokeAll(works)) {
        done.add(future.get());
      }
      return done;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a world could not be run", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
