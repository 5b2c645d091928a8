package ostler.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Runs worlds from seeds, each in a folder of its own that is gone afterwards. */
final class SeedRun {

  private final Path folder;
  private final List<String> schema;
  private final Executor threads;

  SeedRun(Path folder, List<String> schema, Executor threads) {
    this.folder = folder;
    this.schema = schema;
    this.threads = threads;
  }

  /**
   * How a world ended.
   *
   * @param violation the promise that was broken, empty where all were kept
   */
  record End(
      long seed, Tally tally, String hash, Optional<Violation> violation, List<String> last) {}

  End run(long seed, Optional<PlantedBug> bug, int steps, Consumer<String> listener)
      throws IOException, SQLException {
    String name = seed + bug.map(planted -> "-" + planted).orElse("");
    Path own = Files.createTempDirectory(folder, name + "-");
    World.Setting setting = new World.Setting(seed, bug, own, schema, threads);
    try (World world = new World(setting, listener)) {
      Optional<Violation> violation = Optional.empty();
      try {
        new Course(world).run(steps);
      } catch (Violation broken) {
        violation = Optional.of(broken);
        world.sayWhereAllAre();
      }
      world.tally().rows(world.books().rows());
      return new End(seed, world.tally(), world.trace().hash(), violation, world.trace().last());
    } finally {
      delete(own);
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
