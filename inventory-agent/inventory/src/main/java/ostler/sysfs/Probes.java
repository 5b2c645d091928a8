package ostler.sysfs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ostler.inventory.Problem.Code;
import ostler.pci.PciAddress;
import ostler.wire.WireException;

/**
 * Reads the attributes that may hang, in processes that may be lost. One process reads function
 * after function; if one read does not come back in time, the process is given up on, never waited
 * for, and another goes on with the next function. So a healthy machine costs one process, and each
 * sick device one more.
 */
public final class Probes {

  /** How long one attribute may take. A healthy one takes microseconds. */
  public static final long READ_DEADLINE_MILLIS = 2_000;

  /**
   * How long a process may take to its first word: the start of a JVM, which takes ten seconds on
   * an emulated machine that is busy.
   */
  static final long START_DEADLINE_MILLIS = 60_000;

  /**
   * How many processes may be lost in one run. Each that hangs in the kernel stays there until the
   * device lets go, so a machine with more sick devices than this is not asked any further.
   */
  static final int MAX_LOST = 8;

  /** The attribute under which it is told that the probe itself came to nothing. */
  static final String PROBE = "probe";

  /** Starts a process that calls {@link #child} for these functions. */
  @FunctionalInterface
  public interface Starter {

    /**
     * Starts it.
     *
     * @throws IOException if it cannot be started
     */
    Process start(List<PciAddress> addresses) throws IOException;
  }

  private final Starter starter;
  private final Map<PciAddress, Map<String, Read<String>>> outcomes = new TreeMap<>();
  private final Deque<PciAddress> waiting = new ArrayDeque<>();

  private Probes(Starter starter) {
    this.starter = starter;
  }

  /**
   * Probes the functions.
   *
   * @return for each function what was read, by the attribute's path below its directory; {@link
   *     LockedMeaning} says what it means
   * @throws IOException if a process cannot be started
   * @throws InterruptedException if this thread is interrupted; the process is then given up on
   */
  public static Map<PciAddress, Map<String, Read<String>>> run(
      Collection<PciAddress> addresses, Starter starter) throws IOException, InterruptedException {
    Probes probes = new Probes(starter);
    probes.waiting.addAll(addresses);
    for (int lost = 0; !probes.waiting.isEmpty() && lost < MAX_LOST; lost++) {
      probes.runOne();
    }
    probes.giveUpOnTheRest();
    return probes.outcomes;
  }

  /** What the started process does: it reads each function and prints line by line. */
  public static void child(Sysfs sysfs, List<PciAddress> addresses, PrintStream out) {
    for (PciAddress address : addresses) {
      sysfs
          .locked(address)
          .each(
              begun -> out.println(new ProbeLine.Begun(address, begun).print()),
              (done, read) -> out.println(new ProbeLine.Done(address, done, read).print()));
      out.println(new ProbeLine.End(address).print());
    }
  }

  private void runOne() throws IOException, InterruptedException {
    Process process = starter.start(List.copyOf(waiting));
    // Its length is bounded by what this program's own child prints.
    BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> readLines(process, lines), "probe-reader");
    reader.setDaemon(true);
    reader.start();
    try {
      follow(lines);
    } finally {
      // A process that hangs in the kernel dies when the device lets go; nobody waits for that.
      process.destroyForcibly();
    }
  }

  /** Takes the process's lines until it has done all, ends, or does not answer in time. */
  private void follow(BlockingQueue<Optional<String>> lines) throws InterruptedException {
    long deadlineMillis = START_DEADLINE_MILLIS;
    String reading = PROBE;
    while (!waiting.isEmpty()) {
      Optional<String> line = lines.poll(deadlineMillis, TimeUnit.MILLISECONDS);
      if (line == null) {
        fail(reading, Read.timedOut(deadlineMillis));
        return;
      }
      if (line.isEmpty()) {
        fail(reading, Read.failed(Code.ATTRIBUTE_UNREADABLE, "the probe's process ended early"));
        return;
      }
      try {
        reading = take(ProbeLine.parse(line.get()), reading);
      } catch (WireException e) {
        fail(
            reading, Read.failed(Code.ATTRIBUTE_GARBLED, "the probe's process: " + e.getMessage()));
        return;
      }
      deadlineMillis = READ_DEADLINE_MILLIS;
    }
  }

  /** Takes in one line and answers what is being read now. */
  private String take(ProbeLine line, String reading) throws WireException {
    if (!line.address().equals(waiting.peek())) {
      throw new WireException("address", "is not the function whose turn it is");
    }
    Map<String, Read<String>> outcome = outcomeOf(line.address());
    if (line instanceof ProbeLine.Begun begun) {
      return begun.attribute();
    }
    if (line instanceof ProbeLine.Done done) {
      outcome.put(done.attribute(), done.outcome());
      return reading;
    }
    waiting.remove();
    return PROBE;
  }

  /** The function whose turn it is cost the process: what it had not read yet stays unread. */
  private void fail(String reading, Read<String> failure) {
    outcomeOf(waiting.remove()).put(reading, failure);
  }

  private void giveUpOnTheRest() {
    for (PciAddress address : waiting) {
      outcomeOf(address)
          .put(
              PROBE,
              Read.failed(
                  Code.TOO_MANY, "not asked, since " + MAX_LOST + " probes did not come back"));
    }
  }

  private Map<String, Read<String>> outcomeOf(PciAddress address) {
    return outcomes.computeIfAbsent(address, unseen -> new TreeMap<>());
  }

  private static void readLines(Process process, BlockingQueue<Optional<String>> lines) {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(Optional.of(line));
      }
    } catch (IOException e) {
      lines.add(Optional.of("the pipe broke: " + e.getMessage()));
    }
    lines.add(Optional.empty());
  }
}
