package ostler.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A short run of the simulation; {@code tests/simulate} is the long one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SimulationTest {

  private static final int WORLDS = 20;
  private static final int STEPS = 3000;
  private static final long MANY_STEPS = 1000;

  /** A few kinds are too rare to be in each short run. */
  private static final int MANY_KINDS = 15;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Path folder;
  private SeedRun run;

  @BeforeAll
  void make() throws IOException, SQLException {
    folder = Main.scratch();
    run = new SeedRun(folder, MemoryDatabase.schema(folder.resolve("schema")), threads);
  }

  @AfterAll
  void end() throws IOException {
    threads.shutdownNow();
    SeedRun.delete(folder);
  }

  private Campaign campaign() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new Campaign(run, STEPS, 1, processors, Thread::new, line -> {});
  }

  @Test
  void everyPromiseIsKeptInEveryWorld() throws InterruptedException {
    Tally all = new Tally();
    for (SeedRun.End end : campaign().worlds(1, WORLDS)) {
      assertEquals(
          Optional.empty(),
          end.violation(),
          () -> "seed " + end.seed() + ":\n" + String.join("\n", end.last()));
      assertTrue(end.tally().steps() > MANY_STEPS, end.tally().steps() + " steps");
      all.add(end.tally());
    }
    assertTrue(all.grants() > WORLDS, all.grants() + " grants");
    assertTrue(all.faults().size() > MANY_KINDS, all.faults().toString());
  }

  @Test
  void everyPlantedBugIsFound() throws InterruptedException {
    campaign().hunts().forEach((bug, hunt) -> assertTrue(hunt.found(), bug + " was not found"));
  }

  @Test
  void aSeedReplaysExactly() throws IOException, SQLException {
    List<String> first = lines(7);
    assertEquals(first, lines(7));
    assertNotEquals(first, lines(8));
  }

  private List<String> lines(long seed) throws IOException, SQLException {
    List<String> lines = new ArrayList<>();
    lines.add(run.run(seed, Optional.empty(), STEPS, lines::add).hash());
    return lines;
  }

  @Test
  void aWordThatIsNoOptionIsRefusedByItsName() {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Options.parse(List.of("--sead", "1")));
    assertTrue(refusal.getMessage().contains("--sead"), refusal.getMessage());
    assertEquals(77, Options.parse(List.of("--seed", "77")).seed().orElseThrow());
    Options later = Options.parse(List.of("--from", "301", "--seeds", "200"));
    assertEquals(List.of(301L, 200L), List.of(later.from(), (long) later.seeds()));
  }
}
