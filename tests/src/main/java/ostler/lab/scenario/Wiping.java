package ostler.lab.scenario;

import static ostler.lab.LabDevice.A2_AUDIO;
import static ostler.lab.LabDevice.A2_GPU;
import static ostler.lab.LabDevice.A_AUDIO;
import static ostler.lab.LabDevice.A_GPU;
import static ostler.lab.LabDevice.A_MEMORY;
import static ostler.lab.LabDevice.B2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import ostler.inventory.WipeCoverage;
import ostler.inventory.WipeJson;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeStep;
import ostler.lab.LabDevice;
import ostler.lab.LabMachine;
import ostler.lab.Tenant;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import tools.jackson.databind.JsonNode;

/** That a reset is what it says, and that a scrub leaves nothing behind. */
final class Wiping {

  private static final int MEMORY_BAR = 2;
  private static final String SECRET = "5ec2e75ec2e75ec2e75ec2e75ec2e702";
  private static final long SECRET_OFFSET = 0x2345678;
  private static final LabDevice[] CARD = {A_GPU, A_AUDIO, A_MEMORY};
  private static final String HOT = ",\"method\":\"hot\"";
  private static final String BUS = ",\"method\":\"bus\"";

  private Wiping() {}

  static List<Scenario> scenarios() {
    return List.of(
        new Scenario(
            "reset-does-nothing",
            "a reset that does nothing is noticed, and one that is listed in vain has another way",
            RootProgram.SCENARIO_DEADLINE,
            Wiping::resetDoesNothing),
        new Scenario(
            "scrub",
            "a killed tenant's secret survives the reset, and is gone after the scrub",
            RootProgram.SCENARIO_DEADLINE,
            Wiping::scrub));
  }

  private static String resetDoesNothing(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    try (RootProgram program = RootProgram.start(machine)) {
      program.ok("bind", B2);
      String reset = B2.sysfs() + "/reset";
      machine.run("touch /tmp/reset; mount --bind /tmp/reset " + reset, RootProgram.DEADLINE);
      JsonNode nothing = program.refusedWith("RESET_FAILED", "reset", BUS, B2);
      machine.run("umount " + reset, RootProgram.DEADLINE);
      JsonNode real = program.okWith("reset", BUS, B2);
      Expect.that(observed(real), "a real reset is observed: " + real);
      program.ok("release", B2);
      program.ok("bind", A2_GPU, A2_AUDIO);
      program.refusedWith("RESET_UNSUPPORTED", "reset", BUS, A2_GPU, A2_AUDIO);
      JsonNode hot = program.okWith("reset", HOT, A2_GPU, A2_AUDIO);
      Expect.that(observed(hot), "the hot reset is observed: " + hot);
      program.ok("release", A2_GPU, A2_AUDIO);
      return nothing.path("message").asString();
    }
  }

  private static boolean observed(JsonNode answer) {
    for (JsonNode step : answer.path("steps")) {
      if (step.path("step").asString().equals("reset")
          && !step.path("detail").path("observed").asBoolean()) {
        return false;
      }
    }
    return true;
  }

  private static String scrub(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    Path memory = machine.memory(A_MEMORY);
    try (RootProgram program = RootProgram.start(machine)) {
      program.ok("bind", CARD);
      program.permit("tenant", CARD);
      try (Tenant tenant = Tenant.start(machine, "secretive", A_MEMORY.address())) {
        tenant.mapBar(MEMORY_BAR);
        tenant.write(SECRET_OFFSET, SECRET);
      }
      program.ok("forbid", CARD);
      JsonNode reset = program.okWith("reset", HOT, CARD);
      Expect.that(holdsSecret(memory), "the secret survives the reset");
      JsonNode scrub = program.ok("scrub", CARD);
      Expect.that(isEmpty(memory), "all of the memory is zero, seen from outside");
      Expect.equal(WipeLevel.L3, level(reset, scrub), "level that the evidence proves");
      program.ok("release", CARD);
      return "secret outlived the reset; "
          + scrub.path("coverage")
          + " and the file outside is empty";
    }
  }

  private static boolean holdsSecret(Path memory) throws IOException {
    byte[] secret = HexFormat.of().parseHex(SECRET);
    byte[] bytes = Files.readAllBytes(memory);
    return java.util.Arrays.equals(
        secret, 0, secret.length, bytes, (int) SECRET_OFFSET, (int) SECRET_OFFSET + secret.length);
  }

  private static boolean isEmpty(Path memory) throws IOException {
    for (byte each : Files.readAllBytes(memory)) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private static WipeLevel level(JsonNode reset, JsonNode scrub) throws Exception {
    List<WipeStep> steps = new ArrayList<>();
    for (JsonNode answer : List.of(reset, scrub)) {
      for (JsonNode step : answer.path("steps")) {
        steps.add(Json.read(step.toString(), JsonLimits.MESSAGE, WipeJson::readStep));
      }
    }
    WipeCoverage coverage =
        Json.read(scrub.path("coverage").toString(), JsonLimits.MESSAGE, WipeJson::readCoverage);
    return WipeLevel.reached(steps, coverage);
  }
}
