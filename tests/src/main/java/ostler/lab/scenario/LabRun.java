package ostler.lab.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import ostler.lab.GuestResult;
import ostler.lab.LabException;
import ostler.lab.LabImage;
import ostler.lab.LabMachine;
import ostler.lab.Programs;
import ostler.lab.Progress;
import tools.jackson.databind.json.JsonMapper;

/** The program behind {@code tests/lab/run}: lists scenarios, runs them, or opens a machine. */
public final class LabRun {

  private static final Duration SHELL_DEADLINE = Duration.ofMinutes(10);
  private static final String SLICES = "slices";
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private LabRun() {}

  /**
   * {@code [--list | --shell | name...]}; without a name, all run, and {@code slices} stands for
   * all about slices. Exit 1 if any failed.
   */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, LabException {
    System.exit(run(List.of(arguments)));
  }

  private static int run(List<String> arguments)
      throws IOException, InterruptedException, LabException {
    if (arguments.equals(List.of("--list"))) {
      Scenarios.all().forEach(s -> System.out.printf("%-22s %s%n", s.name(), s.proves()));
      return 0;
    }
    boolean shell = arguments.equals(List.of("--shell"));
    List<String> names = shell ? List.of() : names(arguments);
    List<String> unknown = new ArrayList<>(names);
    unknown.removeAll(Scenarios.all().stream().map(Scenario::name).toList());
    if (!unknown.isEmpty()) {
      System.err.println(
          "lab: no scenario is called " + unknown + "; --list names them, and slices is a group");
      return EXIT_USAGE;
    }
    PartTimes times = new PartTimes();
    long start = System.nanoTime();
    LabImage image = LabImage.prepare(LabImage.cache(System.getenv()), Progress.onStandardError());
    times.done("image ready", start);
    Path home = Programs.home(Path.of(""));
    Path artifacts = home.resolve(shell ? "tests/target/lab-shell" : "tests/target/lab");
    try (LabContext lab = LabContext.open(image, times, home, artifacts)) {
      return shell ? shell(lab.shared()) : scenarios(lab, names);
    }
  }

  private static List<String> names(List<String> arguments) {
    return arguments.stream()
        .flatMap(
            name ->
                name.equals(SLICES)
                    ? Scenarios.slices().stream().map(Scenario::name)
                    : Stream.of(name))
        .toList();
  }

  private static int scenarios(LabContext lab, List<String> names)
      throws IOException, InterruptedException, LabException {
    long start = System.nanoTime();
    int passed = 0;
    int count = 0;
    try (ScenarioRunner runner = new ScenarioRunner(lab)) {
      for (Scenario scenario : Scenarios.all()) {
        if (names.isEmpty() || names.contains(scenario.name())) {
          count++;
          passed += report(runner, lab, scenario) ? 1 : 0;
        }
      }
    }
    lab.times().done("scenarios with all that", start);
    System.out.println(lab.times());
    Map<String, Object> figure = new LinkedHashMap<>();
    figure.put("scenarios", count);
    figure.put("passed", passed);
    figure.put("seconds", Math.round((System.nanoTime() - start) / 1e8) / 10.0);
    System.out.println(new JsonMapper().writeValueAsString(figure));
    return passed == count ? 0 : EXIT_FAILED;
  }

  private static boolean report(ScenarioRunner runner, LabContext lab, Scenario scenario)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    try {
      print(scenario, "PASS", start, runner.run(scenario).line());
      return true;
    } catch (LabException e) {
      print(scenario, "FAIL", start, "logs in " + lab.artifacts() + "\n" + e.getMessage());
      return false;
    }
  }

  private static void print(Scenario scenario, String verdict, long startNanos, String words) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    System.out.println(
        String.format(
            Locale.ROOT, "%-22s %s %6.1fs  %s", scenario.name(), verdict, seconds, words));
  }

  private static int shell(LabMachine machine)
      throws IOException, InterruptedException, LabException {
    System.err.println(
        "lab: up after "
            + machine.bootTime().toMillis()
            + " ms; each line runs as root; end with ^D");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    for (String line = prompt(input); line != null; line = prompt(input)) {
      GuestResult result = machine.exec(line, SHELL_DEADLINE);
      System.out.print(result.out());
      System.err.print(result.err());
      if (!result.succeeded()) {
        System.err.println("exit code " + result.exitCode());
      }
    }
    return 0;
  }

  private static String prompt(BufferedReader input) throws IOException {
    System.err.print("guest# ");
    System.err.flush();
    return input.readLine();
  }
}
