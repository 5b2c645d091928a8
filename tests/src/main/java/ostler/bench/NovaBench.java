package ostler.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ostler.lab.LabException;
import ostler.lab.Progress;
import ostler.lab.stack.SourceTree;
import tools.jackson.databind.JsonNode;

/**
 * Which of a thousand and of ten thousand hosts can give an instance 8 GPUs, asked as Nova's
 * scheduler asks: through the plugin, in Python, with Nova's own objects; beside Nova's own filters
 * over the same objects.
 *
 * <p>What has no clean unit to give was retired, as an operator does who keeps it out of Nova's
 * reach, and is not in Nova's pools: so all must pass the same hosts.
 */
final class NovaBench {

  private static final int HOSTS = 10_000;
  private static final String DATABASE = "ostler";
  private static final String SCRIPT = "nova_plugin.py";

  /** A leaf of the tree that {@link BenchFleet} makes. */
  private static final String PROJECT = "team-0";

  private static final Duration DEADLINE = Duration.ofMinutes(8);

  private NovaBench() {}

  /**
   * Takes no options; answers with the exit code.
   *
   * @throws LabException if one of the filters passed other hosts than there are
   */
  static int run(List<String> options, Path folder, Progress progress)
      throws IOException, InterruptedException, LabException, SQLException {
    Numbers.parse(options, Map.of());
    Path plugin = SourceTree.ofThisProgram().home().resolve("flavor-sync/nova");
    NovaPeer nova = NovaPeer.prepare(folder, List.of(plugin), progress);
    FilterFleet fleet = FilterFleet.of(HOSTS);
    JsonNode answer;
    try (BenchPostgres postgres = BenchPostgres.start()) {
      postgres.create(DATABASE);
      Progress.Step starting = progress.start("an allocator and its fleet");
      try (BenchAllocator allocator = BenchAllocator.start(postgres, DATABASE, folder)) {
        fleet.write(postgres, DATABASE);
        fleet.retireDirty(postgres, DATABASE);
        try (HttpLine line = allocator.line()) {
          FilterBench.awaitFleet(line, fleet);
        }
        starting.done(HOSTS + " hosts with " + FilterFleet.UNITS + " units each");
        Progress.Step measuring = progress.start("the plugin and Nova's filters");
        answer = nova.run(SCRIPT, arguments(allocator), fleet, DEADLINE);
        measuring.done("");
      }
    }
    tell(answer, fleet);
    return 0;
  }

  private static List<String> arguments(BenchAllocator allocator) {
    return List.of(
        "http://127.0.0.1:" + allocator.port(), allocator.tokenFile().toString(), PROJECT);
  }

  private static void tell(JsonNode answer, FilterFleet fleet) throws LabException {
    List<String> cases = new ArrayList<>();
    for (JsonNode one : answer.get("cases")) {
      int hosts = one.get("hosts").asInt();
      long expected = fleet.expected(hosts, FilterFleet.UNITS, false);
      if (!one.get("same").asBoolean()
          || one.get("passed").values().stream().anyMatch(n -> n.asLong() != expected)) {
        throw new LabException(
            "of " + hosts + " hosts " + expected + " can, and passed: " + one.get("passed"));
      }
      cases.add(
          String.format(
              Locale.ROOT,
              "{\"hosts\": %d, \"passed\": %d, \"plugin\": %s, \"pci_filter\": %s,"
                  + " \"numa_filter\": %s}",
              hosts,
              expected,
              json(one.get("plugin")),
              json(one.get("pci_filter")),
              json(one.get("numa_filter"))));
    }
    System.out.printf(
        Locale.ROOT,
        "{\"cases\": [%s], \"devices\": %d, \"peer\": {\"version\": \"%s\"}}%n",
        String.join(", ", cases),
        HOSTS * FilterFleet.UNITS,
        answer.get("version").asString());
  }

  private static String json(JsonNode times) {
    return String.format(
        Locale.ROOT,
        "{\"p50_ms\": %.1f, \"p99_ms\": %.1f, \"rounds\": %d}",
        times.get("p50_ms").asDouble(),
        times.get("p99_ms").asDouble(),
        times.get("rounds").asInt());
  }
}
