package ostler.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The clients, in a process of their own: each takes one unit and asks for its release, again and
 * again, over a line of its own. Both calls are counted only when they were answered, and what is
 * answered is durable. Standard output gets one line of numbers.
 */
final class PairClients {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;

  private PairClients() {}

  /** What is asked. */
  private interface Talk {
    /** Takes one unit and gives it back; whether it got one. */
    boolean pair() throws IOException;

    /** Takes one unit and keeps it; whether it got one. */
    boolean take() throws IOException;
  }

  /** What one client did. */
  private static final class Tally {
    private final int done;
    private final int refused;
    private final long[] nanos;

    Tally(int done, int refused, long[] nanos) {
      this.done = done;
      this.refused = refused;
      this.nanos = nanos;
    }
  }

  /**
   * {@code ours|placement PORT TOKEN_OR_PROVIDERS_FILE CLIENTS WARM_UP_SECONDS SECONDS}, or with a
   * number of calls a client in place of the warm-up and {@code take} in place of the seconds, to
   * take only.
   */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException {
    int port = Integer.parseInt(arguments[1]);
    Path file = Path.of(arguments[2]);
    int clients = Integer.parseInt(arguments[3]);
    List<Talk> talks = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      talks.add(
          arguments[0].equals("ours")
              ? new Ours(port, Files.readString(file).strip(), i)
              : new Placement(port, share(Files.readAllLines(file), i, clients)));
    }
    if (arguments[5].equals("take")) {
      int calls = Integer.parseInt(arguments[4]);
      print(all(talks, talk -> take(talk, calls)), 0);
      return;
    }
    double seconds = Double.parseDouble(arguments[5]);
    long warm = (long) (Double.parseDouble(arguments[4]) * NANOS_PER_SECOND);
    long measured = (long) (seconds * NANOS_PER_SECOND);
    all(talks, talk -> pairs(talk, warm));
    print(all(talks, talk -> pairs(talk, measured)), seconds);
  }

  private interface Work {
    Tally by(Talk talk) throws IOException;
  }

  private static List<Tally> all(List<Talk> talks, Work work)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(talks.size());
    try {
      List<Callable<Tally>> calls = new ArrayList<>();
      talks.forEach(talk -> calls.add(() -> work.by(talk)));
      List<Tally> tallies = new ArrayList<>();
      for (Future<Tally> done : threads.invokeAll(calls)) {
        tallies.add(done.get());
      }
      return tallies;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Tally pairs(Talk talk, long nanos) throws IOException {
    long end = System.nanoTime() + nanos;
    long[] took = new long[1024];
    int done = 0;
    int refused = 0;
    for (long begin = System.nanoTime(); begin < end; begin = System.nanoTime()) {
      if (!talk.pair()) {
        refused++;
        continue;
      }
      if (done == took.length) {
        took = Arrays.copyOf(took, 2 * done);
      }
      took[done++] = System.nanoTime() - begin;
    }
    return new Tally(done, refused, Arrays.copyOf(took, done));
  }

  private static Tally take(Talk talk, int calls) throws IOException {
    int done = 0;
    for (int i = 0; i < calls; i++) {
      done += talk.take() ? 1 : 0;
    }
    return new Tally(done, calls - done, new long[0]);
  }

  private static void print(List<Tally> tallies, double seconds) {
    int done = tallies.stream().mapToInt(tally -> tally.done).sum();
    int refused = tallies.stream().mapToInt(tally -> tally.refused).sum();
    long[] nanos = tallies.stream().flatMapToLong(t -> Arrays.stream(t.nanos)).sorted().toArray();
    System.out.printf(
        "%d %d %.3f %.3f %.3f%n", done, refused, seconds, millis(nanos, 0.50), millis(nanos, 0.99));
  }

  private static double millis(long[] sorted, double part) {
    return sorted.length == 0 ? 0 : sorted[(int) (part * (sorted.length - 1))] / NANOS_PER_MILLI;
  }

  private static List<String> share(List<String> lines, int client, int clients) {
    List<String> own = new ArrayList<>();
    for (int i = client; i < lines.size(); i += clients) {
      own.add(lines.get(i));
    }
    return own;
  }

  /** Ostler: the allocator chooses the unit. */
  private static final class Ours implements Talk {

    private final HttpLine line;
    private final String body;

    Ours(int port, String token, int client) {
      line = new HttpLine(port, Map.of("Authorization", "Bearer " + token), true);
      body =
          "\"project\":\"team-"
              + client % BenchFleet.TEAMS
              + "\",\"alias\":\"gpu\",\"consumer\":"
              + "{\"source\":\"bench\",\"type\":\"vm\",\"id\":\"vm-"
              + client
              + "\"}}";
    }

    @Override
    public boolean pair() throws IOException {
      String id = UUID.randomUUID().toString();
      if (!take(id)) {
        return false;
      }
      expect(202, line.call("DELETE", "/v1/claims/" + id, ""));
      return true;
    }

    @Override
    public boolean take() throws IOException {
      return take(UUID.randomUUID().toString());
    }

    private boolean take(String id) throws IOException {
      HttpLine.Answer answer = line.call("POST", "/v1/claims", "{\"id\":\"" + id + "\"," + body);
      if (answer.status() == 403 || answer.status() == 409) {
        return false;
      }
      expect(201, answer);
      return true;
    }
  }

  /**
   * Placement: the caller has chosen the provider already, which spares it the search; each client
   * has providers of its own, so that no two want the same.
   */
  private static final class Placement implements Talk {

    private static final String NOBODY = "00000000-0000-0000-0000-000000000001";

    private final HttpLine line;
    private final List<String> providers;
    private int next;

    Placement(int port, List<String> providers) {
      line =
          new HttpLine(
              port,
              Map.of("X-Auth-Token", "admin", "OpenStack-API-Version", "placement 1.38"),
              false);
      this.providers = providers;
    }

    @Override
    public boolean pair() throws IOException {
      String consumer = UUID.randomUUID().toString();
      if (!take(consumer)) {
        return false;
      }
      expect(204, line.call("DELETE", "/allocations/" + consumer, ""));
      return true;
    }

    @Override
    public boolean take() throws IOException {
      return take(UUID.randomUUID().toString());
    }

    private boolean take(String consumer) throws IOException {
      String provider = providers.get(next++ % providers.size());
      HttpLine.Answer answer =
          line.call(
              "PUT",
              "/allocations/" + consumer,
              "{\"allocations\":{\""
                  + provider
                  + "\":{\"resources\":{\"CUSTOM_GPU\":1}}},\"project_id\":\""
                  + NOBODY
                  + "\",\"user_id\":\""
                  + NOBODY
                  + "\",\"consumer_generation\":null,\"consumer_type\":\"INSTANCE\"}");
      if (answer.status() == 409) {
        return false;
      }
      expect(204, answer);
      return true;
    }
  }

  private static void expect(int status, HttpLine.Answer answer) throws IOException {
    if (answer.status() != status) {
      throw new IOException(
          "was answered " + answer.status() + " and not " + status + ": " + answer.body());
    }
  }
}
