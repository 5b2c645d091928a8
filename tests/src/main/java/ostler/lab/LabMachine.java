package ostler.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One virtual GPU host, booted and under control from outside.
 *
 * <p>Commands may run in it from several threads at once; everything that stops or starts it is for
 * one thread. Every exception ends with the tail of the guest's console.
 */
public final class LabMachine implements AutoCloseable {

  /** How long a boot may take before it counts as failed; about 6 s on an idle 2-core machine. */
  public static final Duration BOOT_DEADLINE = Duration.ofMinutes(2);

  private static final Duration HOTPLUG_DEADLINE = Duration.ofSeconds(30);
  private static final Duration DISK_DEADLINE = Duration.ofSeconds(30);
  private static final int CONSOLE_TAIL_CHARS = 3000;
  private static final String DISK_SIZE = "256M";

  private final LabImage image;
  private final MachineOptions options;
  private final MachineFiles files;
  private final RunFolder run;
  private TiedProcess process;
  private Qmp qmp;
  private GuestAgent agent;
  private Duration bootTime = Duration.ZERO;

  private LabMachine(LabImage image, MachineOptions options, RunFolder run) throws IOException {
    this.image = image;
    this.options = options;
    this.run = run;
    this.files = MachineFiles.create(options, run.path());
  }

  /** Starts a machine and returns when commands can run in it. */
  public static LabMachine boot(LabImage image, MachineOptions options)
      throws IOException, InterruptedException, LabException {
    RunFolder run = RunFolder.create("ostler-lab");
    boolean up = false;
    try {
      LabMachine machine = new LabMachine(image, options, run);
      if (options.disk().isPresent() && !Files.exists(options.disk().get())) {
        machine.formatDisk(options.disk().get());
      }
      machine.powerOn();
      up = true;
      return machine;
    } finally {
      if (!up) {
        run.close();
      }
    }
  }

  /** Power on after {@link #powerCut}: the same disk, the same device memory. */
  public void powerOn() throws IOException, InterruptedException, LabException {
    long start = System.nanoTime();
    process = QemuProcess.start(image, options, files);
    boolean up = false;
    try {
      qmp = new Qmp(JsonLines.whenListening(files.qmp(), process::isAlive, BOOT_DEADLINE));
      awaitAgent(start);
      up = true;
    } catch (IOException | LabException e) {
      throw failed("the machine did not come up: " + e.getMessage(), e);
    } finally {
      if (!up) {
        process.kill();
      }
    }
  }

  /** SIGKILL for QEMU: the guest keeps what was on its disk, and nothing else. */
  public void powerCut() throws IOException, InterruptedException, LabException {
    disconnect();
    process.kill();
  }

  /** The reset button: the guest starts again at once, and so do its devices. */
  public void reset() throws IOException, LabException {
    long start = System.nanoTime();
    agent.close();
    qmp.forgetEvents();
    qmp("system_reset", Map.of());
    awaitAgent(start);
  }

  /** How long the last boot took, from power to a working command channel. */
  public Duration bootTime() {
    return bootTime;
  }

  /**
   * Runs a bash script in the guest as root.
   *
   * <p>The guest kills it at the deadline (exit code 137). It must not leave children that hold its
   * output open: start what is to stay with {@link #spawn}.
   */
  public GuestResult exec(String script, Duration deadline)
      throws IOException, InterruptedException, LabException {
    try {
      return agent.execute(script, deadline);
    } catch (IOException | LabException e) {
      throw failed("the guest could not run \"" + script + "\": " + e.getMessage(), e);
    }
  }

  /** Runs a script that has to succeed, and returns what it printed. */
  public String run(String script, Duration deadline)
      throws IOException, InterruptedException, LabException {
    GuestResult result = exec(script, deadline);
    if (!result.succeeded()) {
      throw failed("\"" + script + "\" in the guest: " + result, null);
    }
    return result.out().strip();
  }

  /** Starts a script that stays, with its output in /var/log/lab/NAME.log; returns its pid. */
  public long spawn(String name, String script)
      throws IOException, InterruptedException, LabException {
    String quoted = "'" + script.replace("'", "'\\''") + "'";
    String command =
        "setsid bash -c " + quoted + " </dev/null >>/var/log/lab/" + name + ".log 2>&1 & echo $!";
    return Long.parseLong(run(command, Duration.ofSeconds(10)));
  }

  /** Starts libvirt in the guest, if it does not run yet, and waits until it answers. */
  public void startLibvirt() throws IOException, InterruptedException, LabException {
    run("/etc/lab/libvirt </dev/null >/var/log/lab/libvirt.log 2>&1", Duration.ofSeconds(60));
  }

  /** One command to QEMU itself, with its answer. */
  public JsonNode qmp(String command, Map<String, ?> arguments) throws IOException, LabException {
    return qmp.command(command, arguments);
  }

  /** Plugs a device in while the machine runs; QEMU's property names. */
  public void deviceAdd(Map<String, ?> properties) throws IOException, LabException {
    qmp("device_add", properties);
  }

  /**
   * Asks the guest to let go of a device and waits until it is unplugged.
   *
   * <p>QEMU 7.2 never says so of its display devices, though the guest sees them go.
   */
  public void deviceDel(String qemuId) throws IOException, LabException {
    qmp.forgetEvents();
    qmp("device_del", Map.of("id", qemuId));
    qmp.await(
        "DEVICE_DELETED",
        data -> data.path("device").asString("").equals(qemuId),
        HOTPLUG_DEADLINE);
  }

  /** The file behind a device's memory: what it holds, seen without asking the guest. */
  public Path memory(LabDevice device) {
    if (device.memoryBytes() == 0) {
      throw new IllegalArgumentException(device + " has no memory that is a file");
    }
    return files.memory(device);
  }

  /** Everything that the guest's kernel wrote to its console since the first power-on. */
  public String consoleLog() throws IOException {
    return Files.exists(files.console())
        ? new String(Files.readAllBytes(files.console()), StandardCharsets.UTF_8)
        : "";
  }

  /** The folder with this machine's logs. */
  public Path logs() {
    return files.logs();
  }

  /** Ends the machine at once and removes what it does not leave for the reader. */
  @Override
  public void close() throws IOException, LabException {
    try {
      powerCut();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while QEMU was ending", e);
    }
    run.close();
  }

  private void formatDisk(Path disk) throws IOException, InterruptedException, LabException {
    UnpackedTree tools = image.tools();
    List<String> words =
        tools.command("usr/sbin/mke2fs", "-q", "-t", "ext4", disk.toString(), DISK_SIZE);
    new HostCommand(words)
        .with("MKE2FS_CONFIG", tools.root().resolve("etc/mke2fs.conf").toString())
        .run(DISK_DEADLINE);
  }

  private void awaitAgent(long startNanos) throws IOException, LabException {
    qmp.await(
        "VSERPORT_CHANGE",
        data -> data.path("id").asString("").equals("agent-port") && data.path("open").asBoolean(),
        BOOT_DEADLINE);
    agent = new GuestAgent(files.agent());
    bootTime = Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private void disconnect() throws IOException {
    if (agent != null) {
      agent.close();
    }
    if (qmp != null) {
      qmp.close();
    }
  }

  private LabException failed(String what, Throwable cause) throws IOException {
    String console = consoleLog();
    String tail = console.substring(Math.max(0, console.length() - CONSOLE_TAIL_CHARS));
    return new LabException(
        what
            + "\nQEMU's words: "
            + Files.readString(files.qemuOutput())
            + "\nThe guest's console ("
            + files.console()
            + "):\n"
            + tail,
        cause);
  }
}
