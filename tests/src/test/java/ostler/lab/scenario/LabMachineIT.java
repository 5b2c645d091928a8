package ostler.lab.scenario;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The scenarios of one machine and its kernel. */
final class LabMachineIT extends LabScenarios {

  private static final Duration END_DEADLINE = Duration.ofSeconds(20);

  LabMachineIT() {
    super(Scenarios.onMachines());
  }

  @Test
  void aKilledProgramLeavesNoMachineBehind() throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LabRun.class.getName(),
                "--shell")
            .start();
    try (BufferedReader words =
        new BufferedReader(
            new InputStreamReader(program.getErrorStream(), StandardCharsets.UTF_8))) {
      String line = words.readLine();
      while (line != null && !line.startsWith("lab: up after")) {
        line = words.readLine();
      }
      List<ProcessHandle> machine = program.descendants().toList();
      assertTrue(machine.size() >= 2, "a keeper and QEMU run below the program: " + machine);
      program.destroyForcibly();
      for (ProcessHandle process : machine) {
        process.onExit().get(END_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } finally {
      program.destroyForcibly();
    }
  }
}
