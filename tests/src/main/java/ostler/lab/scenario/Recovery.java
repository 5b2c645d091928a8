package ostler.lab.scenario;

import static ostler.lab.LabDevice.A2_AUDIO;
import static ostler.lab.LabDevice.A2_GPU;
import static ostler.lab.LabDevice.B;
import static ostler.lab.LabDevice.B2;
import static ostler.lab.LabDevice.NVME;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ostler.lab.GuestPci;
import ostler.lab.GuestResult;
import ostler.lab.LabDevice;
import ostler.lab.LabMachine;
import ostler.lab.Tenant;
import tools.jackson.databind.JsonNode;

/** That neither a killed program nor a kernel that hangs leaves anything undecided. */
final class Recovery {

  private static final Duration DEADLINE = RootProgram.DEADLINE;
  private static final LabDevice[] CARD = {A2_GPU, A2_AUDIO};
  private static final String FLR = ",\"method\":\"flr\"";

  private Recovery() {}

  static List<Scenario> scenarios() {
    return List.of(
        new Scenario(
            "kill-root-program",
            "what a killed root program left half done is finished or undone by the next one",
            RootProgram.SCENARIO_DEADLINE,
            Recovery::kill),
        new Scenario(
            "hung-unbind",
            "a kernel that hangs costs one answer in time, and the rest of the host goes on",
            RootProgram.SCENARIO_DEADLINE,
            Recovery::hang));
  }

  private static String kill(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    machine.run("modprobe snd_hda_intel", DEADLINE);
    List<String> killed = new ArrayList<>();
    try (RootProgram program = RootProgram.start(machine)) {
      String before = program.settings(CARD);
      String probe = "/sys/bus/pci/drivers_probe";
      killed.add(killAt(program, machine, "bind", "", "/sys/bus/pci/drivers/snd_hda_intel/unbind"));
      program.ok("release", CARD);
      Expect.equal(before, program.settings(CARD), "after a bind killed in unbind");
      killed.add(killAt(program, machine, "bind", "", probe));
      program.ok("release", CARD);
      Expect.equal(before, program.settings(CARD), "after a bind killed in probe");
      killed.add(killAt(program, machine, "bind", "", probe));
      isBound(program, program.ok("bind", CARD));
      killed.add(killAt(program, machine, "release", "", "/sys/bus/pci/drivers/vfio-pci/unbind"));
      isBound(program, program.ok("bind", CARD));
      killed.add(killAt(program, machine, "release", "", probe));
      program.ok("release", CARD);
      Expect.equal(before, program.settings(CARD), "after a release killed in probe");
      Expect.equal(0, program.state().size(), "managed units");
      killed.add(killInReset(program, machine));
      killed.add(killInScrub(program, machine));
      return String.join("; ", killed);
    } finally {
      machine.run("modprobe -r snd_hda_intel", DEADLINE);
    }
  }

  private static void isBound(RootProgram program, JsonNode answer) throws Exception {
    Expect.that(answer.path("guarded").asBoolean(), "bound and guarded: " + answer);
    JsonNode unit = program.state().path(0);
    Expect.that(unit.path("driver_ok").asBoolean(), "all on vfio-pci: " + unit);
  }

  /** Kills the program while it waits to write a file, in whose place stands a pipe without end. */
  private static String killAt(
      RootProgram program, LabMachine machine, String verb, String more, String file)
      throws Exception {
    return killAt(machine, program.request(verb, List.of(CARD), more), file, A2_GPU);
  }

  private static String killAt(LabMachine machine, String request, String file, LabDevice unit)
      throws Exception {
    machine.run("rm -f /tmp/pipe; mkfifo /tmp/pipe; mount --bind /tmp/pipe " + file, DEADLINE);
    long pid = spawn(machine, request);
    machine.run(
        "until grep -qs wait_for_partner /proc/"
            + pid
            + "/task/*/wchan; do kill -0 "
            + pid
            + " || exit 1; sleep 0.05; done",
        DEADLINE);
    String step = lastStep(machine, unit);
    machine.run(
        "kill -9 " + pid + "; while [ -e /proc/" + pid + " ]; do sleep 0.05; done; umount " + file,
        DEADLINE);
    return "killed at " + step;
  }

  private static long spawn(LabMachine machine, String request) throws Exception {
    machine.run("echo '" + request + "' >/tmp/request; rm -f /tmp/answer", DEADLINE);
    return machine.spawn("verb", "exec " + RootProgram.PROGRAM + " </tmp/request >/tmp/answer");
  }

  private static String lastStep(LabMachine machine, LabDevice unit) throws Exception {
    return machine.run(
        "tail -n 1 /var/lib/ostler/vfio/journal/" + unit.address() + ".json", DEADLINE);
  }

  private static String killInReset(RootProgram program, LabMachine machine) throws Exception {
    GuestPci pci = new GuestPci(machine);
    program.ok("bind", NVME);
    String request = program.request("reset", List.of(NVME), FLR);
    String killed = killAt(machine, request, NVME.sysfs() + "/reset", NVME);
    Expect.equal("flr", pci.attribute(NVME, "reset_method"), "methods left by the kill");
    program.ok("bind", NVME);
    Expect.equal("flr bus", pci.attribute(NVME, "reset_method"), "methods put back");
    program.ok("release", NVME);
    return killed;
  }

  private static String killInScrub(RootProgram program, LabMachine machine) throws Exception {
    program.ok("bind", B);
    String shut =
        "setpci -s " + B.address() + " COMMAND=0:2; setpci -s " + B.address() + " COMMAND";
    String command = machine.run(shut, DEADLINE);
    long pid = spawn(machine, program.request("scrub", List.of(B), ""));
    machine.run(
        "until tail -n 1 /var/lib/ostler/vfio/journal/"
            + B.address()
            + ".json | grep -q MEMORY; do sleep 0.02; done; kill -9 "
            + pid
            + "; while [ -e /proc/"
            + pid
            + " ]; do sleep 0.05; done",
        DEADLINE);
    String step = lastStep(machine, B);
    program.ok("bind", B);
    Expect.equal(
        command,
        machine.run("setpci -s " + B.address() + " COMMAND", DEADLINE),
        "command register put back");
    program.ok("scrub", B);
    program.ok("release", B);
    return "killed at " + step;
  }

  /**
   * Somebody else has made the device hang: an unbind by hand waits for a tenant that does not let
   * go, and holds the device's lock; a signal only makes it wait so that no signal ends it. The
   * tenant is hidden from /proc, so that only the kernel knows.
   */
  private static String hang(LabContext lab) throws Exception {
    try (LabMachine machine = lab.fresh(lab.options("hung-unbind"));
        RootProgram program = RootProgram.start(machine)) {
      program.ok("bind", B2);
      program.permit("stubborn", B2);
      Tenant tenant = Tenant.start(machine, "stubborn", B2.address());
      hide(machine, tenant.pid());
      long unbind =
          machine.spawn(
              "unbind",
              "exec sh -c 'echo " + B2.address() + " >/sys/bus/pci/drivers/vfio-pci/unbind'");
      machine.run("until [ ! -e " + B2.sysfs() + "/driver ]; do sleep 0.05; done", DEADLINE);
      machine.run("kill " + unbind, DEADLINE);
      awaitStuck(machine, unbind);
      long reader = machine.spawn("reader", "exec cat " + B2.sysfs() + "/driver_override");
      awaitStuck(machine, reader);
      String words = stuckBind(program, machine);
      restOfTheHostGoesOn(machine);
      program.refused("LOCKED", "bind", B2);
      program.ok("holders", B);
      program.ok("bind", B);
      program.ok("release", B);
      Expect.equal(1, program.state().size(), "managed units");
      machine.run("umount /proc/" + tenant.pid(), DEADLINE);
      tenant.kill();
      machine.run("while [ -e /proc/" + unbind + " ]; do sleep 0.1; done", DEADLINE);
      program.ok("bind", B2);
      program.ok("forbid", B2);
      program.ok("release", B2);
      return words;
    }
  }

  /** Who only looks gets an answer, in which what hangs is named. */
  private static void restOfTheHostGoesOn(LabMachine machine) throws Exception {
    GuestResult look = machine.exec("/usr/lib/ostler/bin/ostler-inspect --all", DEADLINE);
    Expect.that(
        look.err().contains("ATTRIBUTE_TIMED_OUT") && look.err().contains(B2.address()),
        "the inventory names what hangs: " + look);
    Expect.that(look.out().contains(B.address()), "the inventory has the other card: " + look);
  }

  private static void hide(LabMachine machine, long pid) throws Exception {
    machine.run("mkdir -p /tmp/nobody; mount --bind /tmp/nobody /proc/" + pid, DEADLINE);
  }

  private static void awaitStuck(LabMachine machine, long pid) throws Exception {
    machine.run(
        "until grep -q '^State:.D' /proc/" + pid + "/status; do sleep 0.05; done", DEADLINE);
  }

  /** The answer comes, although the process that gives it cannot end. */
  private static String stuckBind(RootProgram program, LabMachine machine) throws Exception {
    long pid = spawn(machine, program.request("bind", List.of(B2), ""));
    String answer =
        machine.run("until [ -s /tmp/answer ]; do sleep 0.1; done; cat /tmp/answer", DEADLINE);
    Expect.that(answer.contains("\"code\":\"DEADLINE\""), "answer in time: " + answer);
    machine.run("sleep 1; [ -e /proc/" + pid + " ]", DEADLINE);
    return answer.substring(answer.indexOf("The kernel"));
  }
}
