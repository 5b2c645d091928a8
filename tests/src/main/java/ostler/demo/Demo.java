package ostler.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import ostler.lab.LabException;
import ostler.lab.LabImage;
import ostler.lab.LabModule;
import ostler.lab.LabUnavailableException;
import ostler.lab.MachineOptions;
import ostler.lab.Progress;
import ostler.lab.RunFolder;
import ostler.lab.stack.Allocator;
import ostler.lab.stack.Card;
import ostler.lab.stack.SourceTree;
import ostler.lab.stack.Stack;

/** The program behind {@code ostler demo}. */
public final class Demo {

  private static final int EXIT_BROKEN_PROMISE = 1;
  private static final int EXIT_USAGE = 2;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final List<String> ALLOCATOR_OPTIONS = List.of("--no-auto-clean");

  private final DemoOptions options;
  private final PrintStream out;
  private final PrintStream story;
  private final Narrator narrator;
  private final Findings findings;
  private final Cleanup cleanup = Cleanup.atExit();
  private final long startNanos = System.nanoTime();

  private Demo(DemoOptions options) {
    this.options = options;
    out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    story = options.json() ? System.err : out;
    narrator = new Narrator(story, isTerminal(options.json() ? 2 : 1) && !noColor());
    findings = new Findings(narrator);
  }

  /** Tells the story; exit code 1 if one of its promises was not seen. */
  public static void main(String[] arguments) throws InterruptedException {
    DemoOptions options;
    try {
      options = DemoOptions.parse(List.of(arguments));
    } catch (DemoOptions.HelpWanted e) {
      System.out.print(DemoOptions.USAGE);
      return;
    } catch (IllegalArgumentException e) {
      System.err.println("ostler: " + e.getMessage() + "; ostler demo --help tells more");
      System.exit(EXIT_USAGE);
      return;
    }
    System.exit(new Demo(options).run());
  }

  private int run() throws InterruptedException {
    try {
      if (options.fake()) {
        fake();
      } else {
        labOrFake();
      }
    } catch (LabException | IOException e) {
      System.err.println("ostler: " + e.getMessage());
      findings.put("failure", String.valueOf(e.getMessage()));
    }
    cleanup.run();
    if (options.json()) {
      out.println(findings.json());
    }
    return findings.allKept() ? 0 : EXIT_BROKEN_PROMISE;
  }

  private void labOrFake() throws IOException, InterruptedException, LabException {
    LabImage image;
    LabModule module;
    try {
      Path cache = LabImage.cache(System.getenv());
      Progress progress = Progress.onStandardError();
      image = LabImage.prepare(cache, progress);
      MachineOptions builder = MachineOptions.plain("module-build", temporaryFolder());
      module = LabModule.prepare(image, cache, builder, progress);
    } catch (LabUnavailableException e) {
      System.err.println(
          "ostler: no lab here, so a captured host takes its place: " + e.getMessage());
      fake();
      return;
    }
    lab(image, module);
  }

  private void fake() throws IOException, InterruptedException, LabException {
    long start = System.nanoTime();
    findings.put("story", "fake");
    Path folder = temporaryFolder();
    SourceTree tree = SourceTree.ofThisProgram();
    Allocator allocator = Allocator.start(tree, folder.resolve("allocator"), ALLOCATOR_OPTIONS);
    cleanup.add(allocator::close);
    allocator.awaitReady();
    new FakeStory(tree, folder, allocator, narrator, findings).tell(cleanup);
    findings.put("seconds", seconds(start, System.nanoTime()));
    if (!options.once()) {
      new Playground(allocator.command(), narrator).open();
      Playground.stay();
    }
  }

  private Path temporaryFolder() throws IOException {
    RunFolder folder = RunFolder.create("ostler-demo");
    cleanup.add(folder::close);
    return folder.path();
  }

  private void lab(LabImage image, LabModule module)
      throws IOException, InterruptedException, LabException {
    long prepared = System.nanoTime();
    findings.put("story", "lab");
    findings.put("preparation_seconds", seconds(startNanos, prepared));
    Secret secret = options.secret().orElseGet(() -> Secret.any(new SecureRandom()));
    Path folder = temporaryFolder();
    MachineOptions machine = MachineOptions.plain("demo", folder).withMemory(folder);
    Stack stack = Stack.boot(image, machine, folder, ALLOCATOR_OPTIONS);
    cleanup.add(stack::close);
    Evidence evidence = new Evidence(options.evidence());
    try {
      new LabStory(stack, module, Card.A, secret, narrator, findings, evidence).tell();
    } finally {
      findings.put("seconds", seconds(prepared, System.nanoTime()));
    }
    if (!options.once()) {
      Playground playground = new Playground(stack.command(), narrator);
      playground.open();
      playground.shell(stack.machine(), story);
      Playground.stay();
    }
  }

  private static boolean noColor() {
    return !System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
  }

  /** Whether a file descriptor of ours is a terminal; where /proc does not tell, it is none. */
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  private static double seconds(long from, long to) {
    return Math.round((to - from) / NANOS_PER_SECOND * 10) / 10.0;
  }
}
