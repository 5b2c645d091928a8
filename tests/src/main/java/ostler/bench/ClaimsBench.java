package ostler.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import ostler.lab.LabException;
import ostler.lab.Progress;

/**
 * Durable pairs of a claim and its release a second, beside Placement on the same PostgreSQL server
 * in the same run.
 *
 * <p>Our pair is a POST that chooses one of all clean units, checks and charges a tree of three
 * levels with three limits at its root, and writes claim, orders, ledger, events and audit; and a
 * DELETE that orders the unit back. Both are answered after their commit. That the host proves the
 * release and cleans the unit comes later and is not in the pair, so each pair uses a unit up, and
 * the fleet is as large as the run is long. Placement's pair is a PUT of an allocation on a
 * provider that the client has chosen already, and its DELETE; it has no quota.
 */
final class ClaimsBench {

  private static final String CLIENTS = "--clients";
  private static final String SECONDS = "--seconds";
  private static final int PEER_HOSTS = 100;

  /** More pairs a second than this machine will make, so that units do not run out. */
  private static final int MOST_PAIRS_A_SECOND = 5000;

  private static final double WARM_UP_SHARE = 0.5;
  private static final int LAST_UNITS = 50;
  private static final Duration CLIENTS_DEADLINE = Duration.ofMinutes(10);
  private static final String DATABASE = "ostler";

  private final int clients;
  private final int seconds;
  private final Path folder;
  private final Progress progress;

  private ClaimsBench(int clients, int seconds, Path folder, Progress progress) {
    this.clients = clients;
    this.seconds = seconds;
    this.folder = folder;
    this.progress = progress;
  }

  /** What the clients of one server saw. */
  private record Result(long pairs, long refused, double seconds, double p50, double p99) {
    double rate() {
      return pairs / seconds;
    }

    static Result parse(String line) {
      String[] words = line.strip().split(" ");
      return new Result(
          Long.parseLong(words[0]),
          Long.parseLong(words[1]),
          Double.parseDouble(words[2]),
          Double.parseDouble(words[3]),
          Double.parseDouble(words[4]));
    }
  }

  /** {@code [--seconds N] [--clients N]}; answers with the exit code. */
  static int run(List<String> options, Path folder, Progress progress)
      throws IOException, InterruptedException, LabException, SQLException {
    Numbers numbers = Numbers.parse(options, Map.of(CLIENTS, 16, SECONDS, 10));
    ClaimsBench bench = new ClaimsBench(numbers.of(CLIENTS), numbers.of(SECONDS), folder, progress);
    return bench.run() ? 0 : 1;
  }

  private boolean run() throws IOException, InterruptedException, LabException, SQLException {
    try (BenchPostgres postgres = BenchPostgres.start()) {
      postgres.create(DATABASE);
      BenchPostgres.Settings settings = postgres.settings(DATABASE);
      if (!settings.isDurable()) {
        throw new LabException("commits are not durable, so there is nothing to compare");
      }
      BenchPlacement placement =
          BenchPlacement.start(postgres, folder.resolve("placement"), progress);
      Result peer;
      try {
        peer = peer(placement, postgres);
      } finally {
        placement.stop();
      }
      Result ours;
      List<String> wrong;
      try (BenchAllocator allocator = allocator(postgres)) {
        ours = ours(allocator);
        wrong = overGrants(allocator, postgres);
      }
      wrong.forEach(System.err::println);
      System.out.printf(
          Locale.ROOT,
          "{\"ours\": %.1f, \"peer\": %.1f, \"ratio\": %.1f, \"clients\": %d, \"durable\": true,"
              + " \"ours_p50_ms\": %.2f, \"ours_p99_ms\": %.2f, \"peer_p50_ms\": %.2f,"
              + " \"peer_p99_ms\": %.2f, \"peer_version\": \"%s\", \"postgresql\": \"%s\","
              + " \"over_grants\": %d, \"seconds\": %d}%n",
          ours.rate(),
          peer.rate(),
          ours.rate() / peer.rate(),
          clients,
          ours.p50(),
          ours.p99(),
          peer.p50(),
          peer.p99(),
          placement.version(),
          settings.version(),
          wrong.size(),
          seconds);
      return wrong.isEmpty();
    }
  }

  private Result peer(BenchPlacement placement, BenchPostgres postgres)
      throws IOException, InterruptedException, LabException, SQLException {
    Progress.Step loading = progress.start("Placement's providers");
    Path providers = folder.resolve("providers");
    Files.write(providers, placement.load(postgres, PEER_HOSTS));
    loading.done(PEER_HOSTS + " hosts");
    Progress.Step measuring = progress.start("Placement " + placement.version());
    Result result = measure("placement", placement.port(), providers);
    measuring.done(told(result));
    return result;
  }

  private BenchAllocator allocator(BenchPostgres postgres)
      throws IOException, InterruptedException, LabException, SQLException {
    Progress.Step starting = progress.start("an allocator and its fleet");
    BenchAllocator allocator = BenchAllocator.start(postgres, DATABASE, folder);
    int hosts =
        (int) (MOST_PAIRS_A_SECOND * seconds * (1 + WARM_UP_SHARE)) / BenchFleet.UNITS_PER_HOST;
    BenchFleet.write(postgres, DATABASE, hosts);
    starting.done(hosts + " hosts with " + BenchFleet.UNITS_PER_HOST + " units each");
    return allocator;
  }

  private Result ours(BenchAllocator allocator)
      throws IOException, InterruptedException, LabException {
    Progress.Step measuring = progress.start("Ostler");
    Result result = measure("ours", allocator.port(), allocator.tokenFile());
    measuring.done(told(result));
    return result;
  }

  private static String told(Result result) {
    return String.format(
        Locale.ROOT,
        "%.1f pairs a second, p50 %.2f ms, p99 %.2f ms, %d refused",
        result.rate(),
        result.p50(),
        result.p99(),
        result.refused());
  }

  private Result measure(String kind, int port, Path file)
      throws IOException, InterruptedException, LabException {
    return clients(kind, port, file, seconds * WARM_UP_SHARE + "", seconds + "");
  }

  private Result clients(String kind, int port, Path file, String warmUp, String measured)
      throws IOException, InterruptedException, LabException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-cp"));
    words.add(System.getProperty("java.class.path"));
    words.add(PairClients.class.getName());
    words.addAll(List.of(kind, port + "", file.toString(), clients + "", warmUp, measured));
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(CLIENTS_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
          || process.exitValue() != 0) {
        throw new LabException("the clients of " + kind + " did not come to their end");
      }
      return Result.parse(line);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Lowers the limit until a few more fit, lets all clients race for them, and counts. */
  private List<String> overGrants(BenchAllocator allocator, BenchPostgres postgres)
      throws IOException, InterruptedException, LabException, SQLException {
    Progress.Step racing = progress.start("the last units under the root's limit");
    postgres.run(
        DATABASE,
        "UPDATE quota SET limit_count = used_count + " + LAST_UNITS + " WHERE project_id = 'root'");
    Result race = clients("ours", allocator.port(), allocator.tokenFile(), LAST_UNITS + "", "take");
    racing.done(race.pairs() + " granted, " + race.refused() + " refused");
    List<String> wrong = new ArrayList<>();
    if (race.pairs() != LAST_UNITS) {
      wrong.add(race.pairs() + " of the last " + LAST_UNITS + " units were granted");
    }
    expectNone(
        postgres,
        wrong,
        "limits are exceeded",
        "SELECT COUNT(*) FROM quota WHERE used_count > limit_count");
    expectNone(
        postgres,
        wrong,
        "counters differ from the charges",
        "SELECT COUNT(*) FROM quota WHERE used_count <> (SELECT COALESCE(SUM(amount), 0)"
            + " FROM claim_charge WHERE claim_charge.resource_key = quota.resource_key)");
    expectNone(
        postgres,
        wrong,
        "claims do not have their unit",
        "SELECT COUNT(*) FROM claim WHERE unit_count <> (SELECT COUNT(*) FROM unit"
            + " WHERE unit.claim_id = claim.id)");
    expectNone(
        postgres,
        wrong,
        "units are with a claim that does not know of them",
        "SELECT COUNT(*) FROM unit WHERE claim_id IS NOT NULL AND NOT EXISTS (SELECT 1"
            + " FROM claim_unit WHERE claim_unit.claim_id = unit.claim_id"
            + " AND claim_unit.unit_id = unit.id)");
    return wrong;
  }

  private static void expectNone(
      BenchPostgres postgres, List<String> wrong, String what, String sql) throws SQLException {
    long found = postgres.number(DATABASE, sql);
    if (found != 0) {
      wrong.add(found + " " + what);
    }
  }
}
