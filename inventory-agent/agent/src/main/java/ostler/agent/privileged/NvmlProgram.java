package ostler.agent.privileged;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ostler.nvml.GpuSights;
import ostler.nvml.NvmlTelling;
import ostler.pci.PciAddress;

/**
 * The process that asks NVML. It has no more rights than the agent; it is another process because
 * NVML may hang in the driver, and a fault in it kills the JVM that called it.
 */
public final class NvmlProgram {

  /** The start of a JVM and of the driver's library, which an emulated machine takes long for. */
  static final Duration START_DEADLINE = Duration.ofSeconds(60);

  /** One device: a driver that has to wake it up takes a few seconds. */
  static final Duration STEP_DEADLINE = Duration.ofSeconds(10);

  private static final Duration EXIT_GRACE = Duration.ofSeconds(5);

  private final List<String> command;

  /**
   * @param command to which the devices' addresses are added as arguments; it must call {@link
   *     NvmlTelling#child}
   */
  public NvmlProgram(List<String> command) {
    this.command = List.copyOf(command);
  }

  /** Asks of each device; all that were asked for are in the answer. */
  public GpuSights read(Collection<PciAddress> devices) throws InterruptedException {
    List<String> whole = new ArrayList<>(command);
    devices.forEach(device -> whole.add(device.toString()));
    NvmlTelling telling = new NvmlTelling(devices);
    try {
      // What a broken JVM says on standard error becomes a line that is passed over: a process that
      // hangs must not keep this program's own standard error open.
      Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
      try {
        follow(process, telling);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      telling.notStarted(e.getMessage());
    }
    return telling.sights();
  }

  private static void follow(Process process, NvmlTelling telling) throws InterruptedException {
    BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> readLines(process, lines), "nvml-reader");
    reader.setDaemon(true);
    reader.start();
    Duration deadline = START_DEADLINE;
    while (!telling.isOver()) {
      Optional<String> line = lines.poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        telling.late(deadline);
      } else if (line.isPresent()) {
        telling.take(line.get());
      } else {
        boolean gone = process.waitFor(EXIT_GRACE.toMillis(), TimeUnit.MILLISECONDS);
        telling.ended(gone ? process.exitValue() : -1);
      }
      deadline = STEP_DEADLINE;
    }
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
