package ostler.lab.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import ostler.lab.GuestResult;
import ostler.lab.LabDevice;
import ostler.lab.LabMachine;
import ostler.lab.stack.Card;
import ostler.lab.stack.CommandResult;
import ostler.lab.stack.GpuHost;
import ostler.lab.stack.Waiting;

/** That Ostler leaves alone what it was not given. */
final class Bounds {

  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private Bounds() {}

  static List<Scenario> scenarios() {
    return List.of(
        StackRun.scenario(
            "unmanaged-untouched",
            "where nothing is admitted, nobody writes to sysfs and no root program changes anything",
            Bounds::untouched),
        StackRun.scenario(
            "foreign-endpoint",
            "a card that shares its group with a device in use by the host is not taken in",
            Bounds::foreign));
  }

  /**
   * Every write to a file of sysfs goes through one function of the kernel: a probe counts them.
   */
  private static String untouched(LabContext lab) throws Exception {
    try (StackRun run = StackRun.boot(lab, "unmanaged", Card.B2)) {
      LabMachine machine = run.stack().machine();
      machine.startLibvirt();
      String drivers = drivers(machine);
      machine.run(
          """
          mount -t tracefs tracefs /sys/kernel/tracing; cd /sys/kernel/tracing
          echo 'p:sysfs_write kernfs_fop_write_iter' >kprobe_events
          echo 1 >events/kprobes/sysfs_write/enable
          echo >trace
          """,
          DEADLINE);
      run.operator().join(Card.values());
      Instant reported = lastSeen(run);
      Waiting.until(
          "the agent has reported again", DEADLINE, () -> lastSeen(run).isAfter(reported));
      String writes =
          machine.run("grep -v '^#' /sys/kernel/tracing/trace | grep sysfs_write; true", DEADLINE);
      Expect.equal("", writes, "writes below /sys");
      Expect.equal(drivers, drivers(machine), "drivers and overrides");
      // The probe has to be able to see: one write of ours must show.
      machine.run("echo >" + LabDevice.B2.sysfs() + "/driver_override", DEADLINE);
      Expect.that(
          machine.run("cat /sys/kernel/tracing/trace", DEADLINE).contains("sysfs_write"),
          "the probe did not see a write of ours");
      int devices = run.stack().allocator().get("/v1/devices").path("items").size();
      return devices + " devices reported, no write below /sys";
    }
  }

  private static Instant lastSeen(StackRun run)
      throws java.io.IOException, ostler.lab.LabException {
    return Instant.parse(
        run.stack()
            .allocator()
            .get("/v1/hosts/" + GpuHost.NAME)
            .path("agent")
            .path("last_seen")
            .asString());
  }

  private static String drivers(LabMachine machine) throws Exception {
    return machine.run(
        """
        cd /sys/bus/pci/devices
        for d in *; do echo "$d $(basename "$(readlink $d/driver)") $(cat $d/driver_override)"; done
        """,
        DEADLINE);
  }

  private static String foreign(LabContext lab) throws Exception {
    try (StackRun run = StackRun.boot(lab, "foreign", Card.B2)) {
      LabMachine machine = run.stack().machine();
      machine.run(
          "modprobe e1000; until ls %s/net 2>/dev/null; do sleep 0.1; done; ip link set $(ls %s/net) up"
              .formatted(LabDevice.FOREIGN_NIC.sysfs(), LabDevice.FOREIGN_NIC.sysfs()),
          DEADLINE);
      run.operator().join(Card.values());
      CommandResult refused =
          run.stack()
              .command()
              .run(
                  "device",
                  "admit",
                  "--host",
                  GpuHost.NAME,
                  "--address",
                  LabDevice.BRIDGED_DISPLAY.address(),
                  "--reason",
                  "lab");
      Expect.that(!refused.succeeded(), "it was taken in: " + refused);
      machine.run(
          "echo %s >>/etc/ostler/devices; echo %s >>/etc/ostler/devices"
              .formatted(LabDevice.BRIDGED_DISPLAY.address(), LabDevice.FOREIGN_NIC.address()),
          DEADLINE);
      GuestResult byHand =
          run.stack()
              .host()
              .tryByHand(
                  "/usr/lib/ostler/bin/ostler-vfio bind "
                      + LabDevice.FOREIGN_NIC.address()
                      + " "
                      + LabDevice.BRIDGED_DISPLAY.address()
                      + " --offline --reason lab");
      Expect.that(!byHand.succeeded(), "the root program bound it: " + byHand);
      Expect.that(
          machine
              .run("readlink " + LabDevice.FOREIGN_NIC.sysfs() + "/driver", DEADLINE)
              .endsWith("/e1000"),
          "the host's network card lost its driver");
      return "allocator: "
          + refused.err().strip().replace("\n", " ")
          + "; root program: "
          + byHand.out().strip();
    }
  }
}
