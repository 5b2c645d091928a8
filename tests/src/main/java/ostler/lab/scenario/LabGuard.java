package ostler.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import ostler.lab.LabException;
import ostler.lab.LabMachine;

/** Ostler's guard in a machine, without the systemd that starts it on a host. */
final class LabGuard {

  private static final Duration DEADLINE = RootProgram.DEADLINE;

  private LabGuard() {}

  /** Starts it, and waits until it holds what there is to hold. */
  static void start(LabMachine machine) throws IOException, InterruptedException, LabException {
    machine.run("rm -f /run/ostler/guard.pid", DEADLINE);
    machine.spawn("guard", "exec " + RootProgram.PROGRAM + " guard");
    machine.run("until [ -s /run/ostler/guard.pid ]; do sleep 0.1; done", DEADLINE);
  }

  /** Ends it as a crash would. */
  static void kill(LabMachine machine) throws IOException, InterruptedException, LabException {
    machine.run(
        """
        pid=$(cut -d' ' -f1 /run/ostler/guard.pid)
        kill -9 $pid; while [ -e /proc/$pid ]; do sleep 0.05; done
        """,
        DEADLINE);
  }
}
