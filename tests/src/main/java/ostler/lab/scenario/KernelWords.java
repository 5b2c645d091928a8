package ostler.lab.scenario;

import static ostler.lab.LabDevice.A2_AUDIO;
import static ostler.lab.LabDevice.A2_GPU;
import static ostler.lab.LabDevice.B2;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ostler.lab.LabMachine;
import tools.jackson.databind.JsonNode;

/**
 * That the root program understands what the kernel says. Each error comes from the real kernel: a
 * file that is known to answer so is put in the place of the device's own.
 */
final class KernelWords {

  private static final String BUS = ",\"method\":\"bus\"";

  private KernelWords() {}

  static List<Scenario> scenarios() {
    return List.of(
        new Scenario(
            "kernel-errors",
            "every error of the kernel that the root program knows is one that a kernel gives",
            RootProgram.SCENARIO_DEADLINE,
            KernelWords::kernelErrors));
  }

  private static String kernelErrors(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    Map<String, String> seen = new LinkedHashMap<>();
    try (RootProgram program = RootProgram.start(machine)) {
      program.ok("bind", B2);
      machine.run(
          """
          mkdir -p /tmp/nodev && mount -t tmpfs -o nodev none /tmp/nodev
          mknod /tmp/nodev/null c 1 3; mknod /tmp/nothing c 60 7
          """,
          RootProgram.DEADLINE);
      stands(program, machine, seen, "EBUSY", B2.sysfs() + "/enable", "RESET_FAILED");
      stands(program, machine, seen, "EPERM", "/proc/1/uid_map", "RESET_FAILED");
      stands(program, machine, seen, "EACCES", "/tmp/nodev/null", "RESET_FAILED");
      stands(program, machine, seen, "ENXIO", "/tmp/nothing", "RESET_FAILED");
      stands(program, machine, seen, "EIO", B2.sysfs() + "/resource2", "RESET_FAILED");
      stands(
          program, machine, seen, "ENODEV", "/sys/bus/pci/drivers/pcieport/unbind", "RESET_FAILED");
      stands(
          program,
          machine,
          seen,
          "ENOTTY",
          "/sys/bus/pci/devices/0000:02:00.0/reset",
          "RESET_UNSUPPORTED");
      stands(
          program,
          machine,
          seen,
          "EINVAL",
          "/sys/bus/pci/devices/0000:02:00.0/reset_method",
          "RESET_UNSUPPORTED");
      stands(program, machine, seen, "EROFS", readOnly(machine), "RESET_FAILED");
      program.ok("release", B2);
      missing(program, machine, seen);
    } finally {
      machine.run("umount /tmp/nodev /tmp/sysfs", RootProgram.DEADLINE);
    }
    return seen.toString();
  }

  /** The device's own {@code reset}, where it may not be written. */
  private static String readOnly(LabMachine machine) throws Exception {
    machine.run(
        """
        mkdir -p /tmp/sysfs && mount -t sysfs -o ro none /tmp/sysfs
        """,
        RootProgram.DEADLINE);
    return "/tmp/sysfs/bus/pci/devices/" + B2.address() + "/reset";
  }

  /** A driver whose folder has nothing in it: there is no {@code unbind}. */
  private static void missing(RootProgram program, LabMachine machine, Map<String, String> seen)
      throws Exception {
    String driver = "/sys/bus/pci/drivers/snd_hda_intel";
    machine.run(
        "modprobe snd_hda_intel; mkdir -p /tmp/empty; mount --bind /tmp/empty " + driver,
        RootProgram.DEADLINE);
    JsonNode answer = program.refused("BIND_FAILED", "bind", A2_GPU, A2_AUDIO);
    machine.run("umount " + driver + "; modprobe -r snd_hda_intel", RootProgram.DEADLINE);
    Expect.equal(
        "ENOENT", answer.path("detail").path("kernel_error").asString(""), "error in " + answer);
    seen.put("ENOENT", "BIND_FAILED");
  }

  /** Puts a file in the place of the device's {@code reset}, and resets. */
  private static void stands(
      RootProgram program,
      LabMachine machine,
      Map<String, String> seen,
      String error,
      String file,
      String code)
      throws Exception {
    String reset = B2.sysfs() + "/reset";
    machine.run("mount --bind " + file + " " + reset, RootProgram.DEADLINE);
    JsonNode answer = program.ask("reset", List.of(B2), BUS);
    machine.run("umount " + reset, RootProgram.DEADLINE);
    Expect.equal(
        error, answer.path("detail").path("kernel_error").asString(""), "error in " + answer);
    Expect.equal(code, answer.path("code").asString(), "code in " + answer);
    seen.put(error, code);
  }
}
