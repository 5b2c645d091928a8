package ostler.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ostler.allocator.engine.placement.Fleet;
import ostler.allocator.engine.placement.Guest;
import ostler.allocator.engine.placement.Placement;
import ostler.allocator.engine.placement.Request;
import ostler.allocator.engine.placement.Request.Need;
import ostler.flavor.Alias;
import ostler.flavor.Alias.Wishes;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.HostOrder;
import ostler.flavor.NumaPolicy;
import ostler.flavor.PciNumber;
import ostler.inventory.WipeLevel;
import ostler.lab.LabException;
import ostler.lab.Progress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which of ten thousand hosts can give 1, 4 or 8 of 8 GPUs, with a guest of one NUMA cell that must
 * be near them and without one: the engine by itself, the whole call over HTTP, and Nova's own
 * filters over the same hosts in the same run.
 *
 * <p>All three are asked one after the other, so each has the machine for itself, and each must
 * find the hosts that there are. Nova's filters take each host by itself, as they are written; the
 * slow one is timed over the first hosts only.
 */
final class FilterBench {

  private static final int HOSTS = 10_000;
  private static final int[] COUNTS = {1, 4, 8};
  private static final int WARM_UP = 300;
  private static final int ENGINE_ROUNDS = 1_000;
  private static final int HTTP_ROUNDS = 200;
  private static final int PEER_NUMA_HOSTS = 500;
  private static final int PEER_ROUNDS = 3;
  private static final Duration PEER_DEADLINE = Duration.ofMinutes(5);
  private static final long FLEET_DEADLINE_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final int FLEET_POLL_MILLIS = 250;
  private static final int OK = 200;
  private static final String DATABASE = "ostler";
  private static final String SCRIPT = "nova_filter.py";
  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final Progress progress;
  private final FilterFleet fleet = FilterFleet.of(HOSTS);
  private final SortedMap<Case, Times> engine = new TreeMap<>();
  private final SortedMap<Case, Times> http = new TreeMap<>();
  private final SortedMap<Case, Double> peerHostMicros = new TreeMap<>();
  private String peerVersion = "";
  private double heapMb;

  private FilterBench(Path folder, Progress progress) {
    this.folder = folder;
    this.progress = progress;
  }

  /** What is asked for. */
  private record Case(boolean numa, int count) implements Comparable<Case> {
    static List<Case> all() {
      List<Case> all = new ArrayList<>();
      for (boolean numa : new boolean[] {false, true}) {
        Arrays.stream(COUNTS).forEach(count -> all.add(new Case(numa, count)));
      }
      return all;
    }

    /** As many NUMA cells as it takes, since no node has more than four. */
    int cells() {
      if (!numa) {
        return 0;
      }
      return count > FilterFleet.UNITS_PER_NODE ? 2 : 1;
    }

    @Override
    public int compareTo(Case other) {
      return numa == other.numa ? count - other.count : Boolean.compare(numa, other.numa);
    }

    @Override
    public String toString() {
      return count + " of 8" + (numa ? ", near " + cells() + " NUMA cells" : "");
    }
  }

  /** How long it took, in milliseconds. */
  private record Times(double p50, double p99) {
    static Times of(int rounds, LongSupplier round) {
      long[] nanos = new long[rounds];
      for (int i = 0; i < rounds; i++) {
        nanos[i] = round.getAsLong();
      }
      Arrays.sort(nanos);
      return new Times(nanos[rounds / 2] / 1e6, nanos[rounds * 99 / 100] / 1e6);
    }

    /** The worst of all. */
    static Times worst(SortedMap<Case, Times> all) {
      return new Times(
          all.values().stream().mapToDouble(Times::p50).max().orElseThrow(),
          all.values().stream().mapToDouble(Times::p99).max().orElseThrow());
    }

    String json() {
      return String.format(Locale.ROOT, "{\"p50_ms\": %.3f, \"p99_ms\": %.3f}", p50, p99);
    }
  }

  /**
   * Takes no options; answers with the exit code.
   *
   * @throws LabException if one of the three found other hosts than there are
   */
  static int run(List<String> options, Path folder, Progress progress)
      throws IOException, InterruptedException, LabException, SQLException {
    Numbers.parse(options, Map.of());
    FilterBench bench = new FilterBench(folder, progress);
    bench.engine();
    bench.http();
    bench.peer();
    bench.tell();
    return 0;
  }

  private void engine() throws LabException {
    Instant now = Instant.now();
    Progress.Step drawing = progress.start("a fleet in memory");
    long before = usedBytes();
    Fleet drawn = fleet.drawn(now);
    drawing.done(HOSTS + " hosts in " + (usedBytes() - before) / 1024 / 1024 + " MiB");
    int[] places = drawn.places();
    for (Case one : Case.all()) {
      Request request = request(one);
      LongSupplier round =
          () -> {
            long begun = System.nanoTime();
            new Placement(drawn, request).judge(places, now);
            return System.nanoTime() - begun;
          };
      Times.of(WARM_UP, round);
      engine.put(one, Times.of(ENGINE_ROUNDS, round));
      check("the engine", one, HOSTS, new Placement(drawn, request).judge(places, now).passed());
    }
  }

  private static Request request(Case one) {
    Alias alias =
        new Alias(
            new AliasName("gpu"),
            List.of(
                new AliasRule(
                    Optional.of(PciNumber.parse("10de")),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())),
            WipeLevel.L3,
            new Wishes(
                one.numa() ? NumaPolicy.REQUIRED : NumaPolicy.LEGACY,
                Optional.empty(),
                HostOrder.PACK));
    return new Request(List.of(new Need(alias, one.count())), Guest.of(one.cells()));
  }

  private void check(String who, Case one, int hosts, long passed) throws LabException {
    long expected = fleet.expected(hosts, one.count(), one.cells() == 1);
    if (passed != expected) {
      throw new LabException(
          who + " found " + passed + " hosts with " + one + ", and there are " + expected);
    }
  }

  private void http() throws IOException, InterruptedException, LabException, SQLException {
    try (BenchPostgres postgres = BenchPostgres.start()) {
      postgres.create(DATABASE);
      Progress.Step starting = progress.start("an allocator and its fleet");
      try (BenchAllocator allocator = BenchAllocator.start(postgres, DATABASE, folder)) {
        fleet.write(postgres, DATABASE);
        try (HttpLine line = allocator.line()) {
          awaitFleet(line, fleet);
          starting.done(HOSTS + " hosts with " + FilterFleet.UNITS + " units each");
          ask(line);
        }
        heapMb = allocator.liveHeapMb();
      }
    }
  }

  /** Until it has drawn all hosts its picture may be too old to be answered from. */
  static void awaitFleet(HttpLine line, FilterFleet fleet)
      throws IOException, InterruptedException, LabException {
    Case first = new Case(false, 1);
    long expected = fleet.expected(HOSTS, first.count(), false);
    long deadline = System.nanoTime() + FLEET_DEADLINE_NANOS;
    for (long passed = 0; passed != expected; Thread.sleep(FLEET_POLL_MILLIS)) {
      if (System.nanoTime() > deadline) {
        throw new LabException("the allocator never saw the whole fleet");
      }
      HttpLine.Answer answer = line.call("POST", "/v1/filter", body(first));
      passed = answer.status() == OK ? JSON.readTree(answer.body()).get("passed").asLong() : 0;
    }
  }

  private void ask(HttpLine line) throws IOException, LabException {
    for (Case one : Case.all()) {
      Progress.Step asking = progress.start("the filter, " + one);
      check("the allocator", one, HOSTS, filter(line, one).get("passed").asLong());
      String body = body(one);
      Times.of(WARM_UP, () -> call(line, body));
      http.put(one, Times.of(HTTP_ROUNDS, () -> call(line, body)));
      asking.done("");
    }
  }

  private static JsonNode filter(HttpLine line, Case one) throws IOException, LabException {
    HttpLine.Answer answer = line.call("POST", "/v1/filter", body(one));
    if (answer.status() != OK) {
      throw new LabException("the filter was answered " + answer.status() + " " + answer.body());
    }
    return JSON.readTree(answer.body());
  }

  private static long call(HttpLine line, String body) {
    long begun = System.nanoTime();
    try {
      line.call("POST", "/v1/filter", body);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return System.nanoTime() - begun;
  }

  private static String body(Case one) {
    return "{\"parts\":[{\"alias\":\""
        + (one.numa() ? "near" : "gpu")
        + "\",\"count\":"
        + one.count()
        + "}],"
        + (one.numa() ? "\"numa\":{\"cells\":" + one.cells() + "}," : "")
        + "\"hosts\":["
        + IntStream.range(0, HOSTS)
            .mapToObj(host -> '"' + FilterFleet.name(host) + '"')
            .collect(Collectors.joining(","))
        + "]}";
  }

  private static long usedBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private void peer() throws IOException, InterruptedException, LabException {
    NovaPeer nova = NovaPeer.prepare(folder, List.of(), progress);
    Progress.Step measuring = progress.start("Nova's filters");
    JsonNode answer =
        nova.run(SCRIPT, List.of(PEER_ROUNDS + "", PEER_NUMA_HOSTS + ""), fleet, PEER_DEADLINE);
    peerVersion = answer.get("version").asString();
    for (JsonNode one : answer.get("answers")) {
      Case asked = new Case(one.get("numa").asBoolean(), one.get("count").asInt());
      check("Nova", asked, one.get("hosts").asInt(), one.get("passed").asLong());
      peerHostMicros.put(asked, one.get("host_us").asDouble());
    }
    measuring.done(peerVersion);
  }

  private void tell() {
    Case plain = new Case(false, 1);
    double peerMillis = peerHostMicros.get(plain) * HOSTS / 1e3;
    System.out.printf(
        Locale.ROOT,
        "{\"engine\": %s, \"http\": %s, \"peer\": {\"version\": \"%s\", \"host_us\": %.1f,"
            + " \"numa_host_us\": %.1f, \"numa_hosts\": %d}, \"ratio\": %.1f, \"hosts\": %d,"
            + " \"devices\": %d, \"heap_mb\": %.0f, \"max_heap_mb\": %d, \"cases\": [%s]}%n",
        Times.worst(engine).json(),
        Times.worst(http).json(),
        peerVersion,
        peerHostMicros.get(plain),
        peerHostMicros.get(new Case(true, 1)),
        PEER_NUMA_HOSTS,
        peerMillis / http.get(plain).p50(),
        HOSTS,
        HOSTS * FilterFleet.UNITS,
        heapMb,
        BenchAllocator.MAX_HEAP_MB,
        Case.all().stream().map(this::json).collect(Collectors.joining(", ")));
  }

  private String json(Case one) {
    return String.format(
        Locale.ROOT,
        "{\"count\": %d, \"numa_cells\": %d, \"engine\": %s, \"http\": %s,"
            + " \"peer_host_us\": %.1f}",
        one.count(),
        one.cells(),
        engine.get(one).json(),
        http.get(one).json(),
        peerHostMicros.get(one));
  }
}
