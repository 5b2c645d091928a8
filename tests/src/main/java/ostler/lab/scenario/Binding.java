package ostler.lab.scenario;

import static ostler.lab.LabDevice.A2_AUDIO;
import static ostler.lab.LabDevice.A2_GPU;
import static ostler.lab.LabDevice.B2;
import static ostler.lab.LabDevice.BOOT_DISPLAY;

import java.util.List;
import ostler.lab.GuestPci;
import ostler.lab.LabException;
import ostler.lab.LabMachine;
import ostler.lab.Tenant;
import tools.jackson.databind.JsonNode;

/** That units go to vfio-pci and back whole, and that the guard keeps everybody out. */
final class Binding {

  private Binding() {}

  static List<Scenario> scenarios() {
    return List.of(
        new Scenario(
            "bind-restore",
            "a unit that was bound by the agent's user is given back exactly as it was",
            RootProgram.SCENARIO_DEADLINE,
            Binding::bindRestore),
        new Scenario(
            "half-bind",
            "if one function cannot be bound, all are as they were before",
            RootProgram.SCENARIO_DEADLINE,
            Binding::halfBind),
        new Scenario(
            "guard",
            "without a hook the kernel itself refuses a managed unit to everybody without permit",
            RootProgram.SCENARIO_DEADLINE,
            Binding::guard));
  }

  private static String bindRestore(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    machine.run("modprobe snd_hda_intel", RootProgram.DEADLINE);
    // Not as vfio has them while bound, so that it can be seen that they come back.
    power(machine, "auto", 1);
    try (RootProgram program = RootProgram.start(machine)) {
      String before = program.settings(A2_GPU, A2_AUDIO);
      Expect.that(before.contains("snd_hda_intel"), "the audio function has a driver: " + before);
      JsonNode bound =
          program.ask(
              program.request("bind", List.of(A2_GPU, A2_AUDIO), ""),
              "sudo -u ostler sudo -n " + RootProgram.PROGRAM);
      Expect.that(bound.path("guarded").asBoolean(), "the agent's user can bind: " + bound);
      GuestPci pci = new GuestPci(machine);
      Expect.equal("vfio-pci", pci.driver(A2_GPU), "driver of the GPU");
      Expect.equal("vfio-pci", pci.driver(A2_AUDIO), "driver of its audio");
      Expect.equal("on", pci.attribute(A2_AUDIO, "power/control"), "power policy while bound");
      program.refused("PROTECTED", "bind", BOOT_DISPLAY);
      program.refused("GROUP_CHANGED", "bind", A2_GPU);
      program.ok("release", A2_GPU, A2_AUDIO);
      Expect.equal(before, program.settings(A2_GPU, A2_AUDIO), "settings after the release");
      return "bound through sudo and given back: " + before.replace('\n', ';');
    } finally {
      power(machine, "on", 0);
      machine.run("modprobe -r snd_hda_intel", RootProgram.DEADLINE);
    }
  }

  private static void power(LabMachine machine, String policy, int d3cold) throws Exception {
    machine.run(
        "cd %s; echo %s >power/control; echo %d >d3cold_allowed"
            .formatted(A2_AUDIO.sysfs(), policy, d3cold),
        RootProgram.DEADLINE);
  }

  /** The kernel never gets the second function's override, so vfio-pci does not take it. */
  private static String halfBind(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    machine.run("modprobe snd_hda_intel", RootProgram.DEADLINE);
    try (RootProgram program = RootProgram.start(machine)) {
      String before = program.settings(A2_GPU, A2_AUDIO);
      String override = A2_AUDIO.sysfs() + "/driver_override";
      machine.run(
          "echo '(null)' >/tmp/override; mount --bind /tmp/override " + override,
          RootProgram.DEADLINE);
      JsonNode refused = program.refused("BIND_FAILED", "bind", A2_GPU, A2_AUDIO);
      machine.run("umount " + override, RootProgram.DEADLINE);
      Expect.equal(before, program.settings(A2_GPU, A2_AUDIO), "settings after the failure");
      Expect.equal(0, program.state().size(), "managed units");
      return refused.path("message").asString();
    } finally {
      machine.run("modprobe -r snd_hda_intel", RootProgram.DEADLINE);
    }
  }

  private static String guard(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    try (RootProgram program = RootProgram.start(machine)) {
      program.ok("bind", B2);
      String words = refusal(machine);
      program.killGuard();
      program.startGuard();
      refusal(machine);
      program.permit("first", B2);
      try (Tenant tenant = Tenant.start(machine, "first", B2.address())) {
        JsonNode held = program.refused("HELD", "forbid", B2);
        Expect.equal(tenant.pid(), held.path("detail").path("pid").asLong(), "who holds it");
        program.refused("PERMITTED", "release", B2);
      }
      program.ok("forbid", B2);
      refusal(machine);
      program.ok("release", B2);
      program.ok("bind", B2);
      refusal(machine);
      program.ok("release", B2);
      return "refused when bound, after the guard's death, after the tenancy, and bound again: "
          + words;
    }
  }

  private static String refusal(LabMachine machine) throws Exception {
    try (Tenant tenant = Tenant.start(machine, "refused", B2.address())) {
      throw new AssertionError("QEMU " + tenant.pid() + " has a guarded device");
    } catch (LabException e) {
      String words = e.getMessage();
      int begin = words.indexOf("failed to open");
      Expect.that(begin >= 0 && words.contains("busy"), "the kernel refuses, but: " + words);
      return words.substring(begin, words.indexOf("busy") + "busy".length());
    }
  }
}
