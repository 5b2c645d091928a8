package ostler.lab.stack;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import ostler.lab.GuestResult;
import ostler.lab.LabException;
import ostler.lab.LabMachine;

/** What an operator sets up on a GPU host, done to the lab's guest: files, guard, agent. */
public final class GpuHost {

  /** The host's name at the allocator. */
  public static final String NAME = "gpu-1";

  /** Where the guest's network finds this machine's loopback. */
  private static final String OUTSIDE = "10.0.2.2";

  private static final Duration COMMAND_DEADLINE = Duration.ofSeconds(60);
  private static final Duration GUARD_DEADLINE = Duration.ofMinutes(3);
  private static final String GUARD_SOCKET = "/run/ostler/guard.sock";

  private static final Duration RESTORE_DEADLINE = Duration.ofMinutes(2);
  private static final String AGENT =
      "setpriv --reuid ostler --regid ostler --init-groups /usr/lib/ostler/bin/ostler-agent";

  private final LabMachine machine;

  /** The host in a machine that was booted with the programs. */
  public GpuHost(LabMachine machine) {
    this.machine = machine;
  }

  /** The machine itself. */
  public LabMachine machine() {
    return machine;
  }

  /** Writes the file of the devices that root programs may touch; one entry a line. */
  public void allowDevices(List<String> entries)
      throws IOException, InterruptedException, LabException {
    write("/etc/ostler/devices", "root:root", "0644", String.join("\n", entries));
  }

  /** Writes the agent's configuration for an allocator outside. */
  public void configureAgent(int allocatorPort)
      throws IOException, InterruptedException, LabException {
    String json =
        """
        {"host":"%s","allocator":"http://%s:%d","libvirt":"qemu:///system",
         "join_token_file":"/etc/ostler/join-token","instance_gone_after_s":10}"""
            .formatted(NAME, OUTSIDE, allocatorPort);
    write("/etc/ostler/agent.json", "root:root", "0644", json);
    machine.run("install -d -o ostler -g ostler -m 0700 /var/lib/ostler/agent", COMMAND_DEADLINE);
  }

  /** Hands the agent the token that it joins with once. */
  public void giveJoinToken(String token) throws IOException, InterruptedException, LabException {
    write("/etc/ostler/join-token", "root:ostler", "0640", token);
  }

  private void write(String file, String owner, String mode, String text)
      throws IOException, InterruptedException, LabException {
    machine.run(
        "umask 077; cat >%1$s <<'END'\n%2$s\nEND\nchown %3$s %1$s; chmod %4$s %1$s"
            .formatted(file, text, owner, mode),
        COMMAND_DEADLINE);
  }

  /**
   * Starts the guard as its unit does, under a loop that starts it again, and waits until it
   * answers. The archive of classes, made first, halves the time of everything that root does
   * afterwards.
   */
  public void startGuard() throws IOException, InterruptedException, LabException {
    machine.spawn(
        "guard",
        "cd /; PROGRAM --archive; while :; do PROGRAM guard; sleep 0.1; done"
            .replace("PROGRAM", "/usr/lib/ostler/bin/ostler-vfio"));
    Waiting.until(
        "the guard listens",
        GUARD_DEADLINE,
        () -> machine.exec("test -S " + GUARD_SOCKET, COMMAND_DEADLINE).succeeded());
  }

  /** What the agent's unit for the boot does: binds again what was bound before. */
  public void restoreBindings() throws IOException, InterruptedException, LabException {
    machine.run("cd /; " + AGENT + " restore", RESTORE_DEADLINE);
  }

  /** Starts the agent as its own user. */
  public void startAgent() throws IOException, InterruptedException, LabException {
    machine.spawn("agent", "cd /; exec " + AGENT);
  }

  /** SIGKILL for the agent and whatever it was running. */
  public void killAgent() throws IOException, InterruptedException, LabException {
    machine.run("pkill -9 -u ostler || true", COMMAND_DEADLINE);
  }

  /** Resident memory of the agent's JVM, in KiB, as its kernel counts it. */
  public long agentResidentKibibytes() throws IOException, InterruptedException, LabException {
    return Long.parseLong(
        machine.run(
            "awk '/^VmRSS/ {print $2}' /proc/$(pgrep -u ostler -o java)/status", COMMAND_DEADLINE));
  }

  /** The ends of what guard, agent and libvirt wrote. */
  public String logTails() throws IOException, InterruptedException, LabException {
    return machine.run("tail -n 20 /var/log/lab/*.log", COMMAND_DEADLINE);
  }

  /** A program started by hand on the host, as root. */
  public GuestResult tryByHand(String script)
      throws IOException, InterruptedException, LabException {
    return machine.exec(script, COMMAND_DEADLINE);
  }
}
