package ostler.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import ostler.lab.GuestResult;
import ostler.lab.LabException;
import ostler.lab.stack.GpuHost;
import ostler.lab.stack.Stack;

/** What stays up after the story: the allocator for another terminal, the host for this one. */
final class Playground {

  private static final Duration LINE_DEADLINE = Duration.ofMinutes(10);

  private final Stack stack;
  private final Narrator narrator;
  private final PrintStream out;

  Playground(Stack stack, Narrator narrator, PrintStream out) {
    this.stack = stack;
    this.narrator = narrator;
    this.out = out;
  }

  /** Returns never: Ctrl-C ends the demo. */
  void stay() throws IOException, InterruptedException, LabException {
    narrator.chapter("It stays up for you, until Ctrl-C");
    narrator.say("in another terminal, for the operator's command:");
    Map<String, String> variables = new TreeMap<>(stack.command().environment());
    variables.forEach((name, value) -> narrator.command("", "export " + name + "=" + value));
    narrator.command("", stack.command().tree().home().resolve("ostler") + " unit list");
    narrator.say("here, every line that you type runs as root on " + GpuHost.NAME);
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    for (String line = prompt(input); line != null; line = prompt(input)) {
      GuestResult result = stack.machine().exec(line, LINE_DEADLINE);
      narrator.output(result.out());
      narrator.output(result.err());
    }
    new CountDownLatch(1).await();
  }

  private String prompt(BufferedReader input) throws IOException {
    out.print(GpuHost.NAME + "# ");
    out.flush();
    return input.readLine();
  }
}
