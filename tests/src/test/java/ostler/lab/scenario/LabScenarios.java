package ostler.lab.scenario;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import ostler.lab.LabException;
import ostler.lab.LabImage;
import ostler.lab.Programs;
import ostler.lab.Progress;

/** Scenarios of the lab, on a real kernel; nothing here is skipped for what a machine lacks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LabScenarios {

  private final List<Scenario> part;
  private LabContext lab;
  private long start;
  private ScenarioRunner runner;

  LabScenarios(List<Scenario> part) {
    this.part = part;
  }

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
    return part.stream()
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
}
