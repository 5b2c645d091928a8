package ostler.lab.scenario;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import ostler.lab.LabException;
import ostler.lab.LabImage;
import ostler.lab.Programs;
import ostler.lab.Progress;

/** The scenarios of the lab, on a real kernel; nothing here is skipped for what a machine lacks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabIT {

  private static final Duration END_DEADLINE = Duration.ofSeconds(20);

  private LabContext lab;
  private long start;
  private ScenarioRunner runner;

  @BeforeAll
  void prepare() throws IOException, InterruptedException, LabException {
    PartTimes times = new PartTimes();
    start = System.nanoTime();
    LabImage image =
        LabImage.prepare(LabImage.cache(System.getenv()), new Progress(System.out, false));
    times.done("image ready", start);
    Path home = Programs.home(Path.of(""));
    lab = LabContext.open(image, times, home, home.resolve("tests/target/lab"));
    runner = new ScenarioRunner(lab);
  }

  @AfterAll
  void end() throws IOException, LabException {
    if (lab != null) {
      runner.close();
      lab.close();
      lab.times().done("all of it", start);
      System.out.println("lab: " + lab.times());
    }
  }

  @TestFactory
  Stream<DynamicTest> scenarios() {
    return Scenarios.all().stream()
        .map(
            scenario ->
                dynamicTest(scenario.name() + ": " + scenario.proves(), () -> run(scenario)));
  }

  private void run(Scenario scenario) throws Exception {
    ScenarioRunner.Evidence evidence = runner.run(scenario);
    System.out.println(
        "lab: %s (%d ms) %s"
            .formatted(scenario.name(), evidence.time().toMillis(), evidence.line()));
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
