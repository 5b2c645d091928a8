package ostler.lab.scenario;

import static ostler.lab.LabDevice.B2;

import java.time.Duration;
import java.util.List;
import ostler.lab.GuestResult;
import ostler.lab.LabMachine;

/** That libvirt asks before it starts a domain, and that only managed devices are asked about. */
final class Hooking {

  private static final Duration DEADLINE = Duration.ofSeconds(90);

  private Hooking() {}

  static List<Scenario> scenarios() {
    return List.of(
        new Scenario(
            "hook-veto",
            "libvirt starts a domain with a managed device only by a permit of its own",
            RootProgram.SCENARIO_DEADLINE,
            Hooking::veto));
  }

  /** A machine of its own, since libvirt looks for hooks once, when it starts. */
  private static String veto(LabContext lab) throws Exception {
    try (LabMachine machine = lab.fresh(lab.options("hook-veto"));
        RootProgram program = RootProgram.start(machine)) {
      machine.run("install -D -m 755 /usr/lib/ostler/hooks/qemu /etc/libvirt/hooks/qemu", DEADLINE);
      machine.startLibvirt();
      machine.run("cat >/tmp/with.xml <<'END'\n" + TenantDomain.with(B2) + "\nEND", DEADLINE);
      machine.run("cat >/tmp/without.xml <<'END'\n" + TenantDomain.plain() + "\nEND", DEADLINE);
      program.ok("bind", B2);
      String words = vetoed(machine, "0000:03:00.0 is not ready for domain tenant");
      program.permit("another", B2);
      vetoed(machine, "belongs to another claim");
      program.ok("forbid", B2);
      program.permit("tenant", B2);
      start(machine, "with");
      program.refused("HELD", "forbid", B2);
      machine.run("virsh destroy tenant", DEADLINE);
      program.ok("forbid", B2);
      vetoed(machine, "0000:03:00.0 is not ready for domain tenant");
      machine.run("mv " + RootProgram.PROGRAM + " /tmp/gone", DEADLINE);
      vetoed(machine, "is missing");
      start(machine, "without");
      machine.run("virsh destroy tenant; mv /tmp/gone " + RootProgram.PROGRAM, DEADLINE);
      program.ok("release", B2);
      return words;
    }
  }

  private static void start(LabMachine machine, String which) throws Exception {
    machine.run("virsh create /tmp/" + which + ".xml", DEADLINE);
    Expect.equal(
        "running", machine.run("virsh domstate tenant | head -n 1", DEADLINE), "the domain");
  }

  private static String vetoed(LabMachine machine, String because) throws Exception {
    GuestResult result = machine.exec("virsh create /tmp/with.xml", DEADLINE);
    Expect.that(!result.succeeded(), "the domain does not start: " + result);
    Expect.that(result.err().contains("Ostler: "), "the hook's words reach the caller: " + result);
    Expect.that(result.err().contains(because), "the hook says why (" + because + "): " + result);
    return result.err().strip().replace('\n', ' ');
  }
}
