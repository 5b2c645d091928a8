package ostler.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
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
 * One allocator on PostgreSQL with thousands of agents that wait for orders, each with a connection
 * of its own, from a process of their own: what they cost while nothing happens (each asks again
 * after 30 seconds), how much of the heap lives, and how soon an agent has an order.
 */
final class AgentsBench {

  private static final String AGENTS = "--agents";
  private static final String ORDERS = "--orders";
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final Duration CLIENT_DEADLINE = Duration.ofMinutes(5);
  private static final String DATABASE = "ostler";
  private static final String OPEN_FILES = "Max open files";

  /** What a process has open beside its agents' connections. */
  private static final int OTHER_FILES = 500;

  private final int agents;
  private final int orders;
  private final Path folder;
  private final Progress progress;

  private AgentsBench(int agents, int orders, Path folder, Progress progress) {
    this.agents = agents;
    this.orders = orders;
    this.folder = folder;
    this.progress = progress;
  }

  /** {@code [--agents N] [--orders N]}; answers with the exit code. */
  static int run(List<String> options, Path folder, Progress progress)
      throws IOException, InterruptedException, LabException, SQLException {
    Numbers numbers = Numbers.parse(options, Map.of(AGENTS, 10_000, ORDERS, 1_000));
    new AgentsBench(numbers.of(AGENTS), numbers.of(ORDERS), folder, progress).run();
    return 0;
  }

  private void run() throws IOException, InterruptedException, LabException, SQLException {
    checkOpenFiles();
    try (BenchPostgres postgres = BenchPostgres.start()) {
      postgres.create(DATABASE);
      try (BenchAllocator allocator = BenchAllocator.start(postgres, DATABASE, folder)) {
        writeFleet(postgres);
        measure(allocator);
      }
    }
  }

  /** A JVM raises its own limit as far as it may; further it must be raised for it. */
  private void checkOpenFiles() throws IOException, LabException {
    String[] limit =
        Files.readAllLines(Path.of("/proc/self/limits")).stream()
            .filter(line -> line.startsWith(OPEN_FILES))
            .findFirst()
            .orElseThrow()
            .substring(OPEN_FILES.length())
            .strip()
            .split(" +");
    int needed = agents + OTHER_FILES;
    if (!limit[1].equals("unlimited") && Long.parseLong(limit[1]) < needed) {
      throw new LabException(
          agents
              + " agents need "
              + needed
              + " open files in one process, and no more than "
              + limit[1]
              + " are allowed here: run it under prlimit --nofile="
              + needed
              + ", which takes root, or ask for fewer with "
              + AGENTS);
    }
  }

  private void writeFleet(BenchPostgres postgres) throws IOException, SQLException {
    Progress.Step writing = progress.start("a fleet");
    BenchFleet.write(postgres, DATABASE, agents);
    postgres.run(
        DATABASE,
        "UPDATE host SET public_key = 'none', credential_hash ="
            + " encode(sha256(('agent-' || substring(name from 6)::int)::bytea), 'hex')");
    List<String> lines =
        postgres.texts(
            DATABASE,
            "SELECT substring(host from 6)::int || ' ' || unit FROM (SELECT DISTINCT ON (host)"
                + " host, id AS unit FROM unit ORDER BY host, id) one ORDER BY md5(unit::text)"
                + " LIMIT "
                + orders);
    Files.write(ordersFile(), lines);
    writing.done(agents + " hosts with " + BenchFleet.UNITS_PER_HOST + " units each");
  }

  private Path ordersFile() {
    return folder.resolve("orders");
  }

  private void measure(BenchAllocator allocator)
      throws IOException, InterruptedException, LabException {
    Process client = client(allocator);
    try {
      BufferedReader said =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
      Progress.Step parking = progress.start("agents");
      if (!ParkedAgents.PARKED.equals(said.readLine())) {
        throw new LabException("the agents could not all be parked");
      }
      parking.done(agents + " parked");
      Progress.Step waiting = progress.start("an idle minute");
      Duration before = allocator.cpu();
      Thread.sleep(IDLE.toMillis());
      double load = allocator.cpu().minus(before).toMillis() / (double) IDLE.toMillis();
      double heap = allocator.liveHeapMb();
      waiting.done(String.format(Locale.ROOT, "%.3f of a core, %.0f MB of heap", load, heap));
      Progress.Step waking = progress.start("orders");
      List<Long> micros = wake(client, said);
      waking.done(micros.size() + " agents woken");
      print(micros, load, heap);
    } finally {
      client.destroyForcibly();
    }
  }

  private List<Long> wake(Process client, BufferedReader said)
      throws IOException, InterruptedException, LabException {
    OutputStream go = client.getOutputStream();
    go.write('\n');
    go.flush();
    List<Long> micros = new ArrayList<>();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      micros.add(Long.parseLong(line));
    }
    if (!client.waitFor(CLIENT_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        || client.exitValue() != 0) {
      throw new LabException("the agents did not come to their end");
    }
    micros.sort(Long::compare);
    return micros;
  }

  private void print(List<Long> micros, double load, double heap) {
    System.out.printf(
        Locale.ROOT,
        "{\"agents\": %d, \"heap_mb\": %.0f, \"max_heap_mb\": %d, \"wake_p50_ms\": %.2f, \"wake_p99_ms\": %.2f,"
            + " \"wake_max_ms\": %.2f, \"orders\": %d, \"idle_cores\": %.3f, \"idle_s\": %d}%n",
        agents,
        heap,
        BenchAllocator.MAX_HEAP_MB,
        ParkedAgents.percentile(micros, 0.50) / 1000,
        ParkedAgents.percentile(micros, 0.99) / 1000,
        micros.get(micros.size() - 1) / 1000.0,
        micros.size(),
        load,
        IDLE.toSeconds());
  }

  private Process client(BenchAllocator allocator) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            ParkedAgents.class.getName(),
            allocator.port() + "",
            agents + "",
            allocator.tokenFile().toString(),
            ordersFile().toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
