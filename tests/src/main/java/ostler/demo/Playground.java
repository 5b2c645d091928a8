package ostler.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import ostler.lab.GuestResult;
import ostler.lab.LabException;
import ostler.lab.LabMachine;
import ostler.lab.stack.GpuHost;
import ostler.lab.stack.OperatorCommand;

/** What stays up after the story: the allocator for another terminal, the host for this one. */
final class Playground {

  private static final Duration LINE_DEADLINE = Duration.ofMinutes(10);

  private final OperatorCommand command;
  private final Narrator narrator;

  Playground(OperatorCommand command, Narrator narrator) {
    this.command = command;
    this.narrator = narrator;
  }

  /** Says how to reach the allocator from another terminal. */
  void open() {
    narrator.chapter("It stays up for you, until Ctrl-C");
    narrator.say("in another terminal, for the operator's command:");
    for (String name : List.of("OSTLER_URL", "OSTLER_TOKEN_FILE")) {
      narrator.command("", "export " + name + "=" + command.environment().get(name));
    }
    narrator.command("", command.tree().home().resolve("ostler") + " unit list");
  }

  /** Runs every line that is typed as root on the machine, until there are no more. */
  void shell(LabMachine machine, PrintStream out)
      throws IOException, InterruptedException, LabException {
    narrator.say("here, every line that you type runs as root on " + GpuHost.NAME);
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    for (String line = prompt(input, out); line != null; line = prompt(input, out)) {
      GuestResult result = machine.exec(line, LINE_DEADLINE);
      narrator.output(result.out());
      narrator.output(result.err());
    }
  }

  /** Returns never: Ctrl-C ends the demo. */
  static void stay() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  private static String prompt(BufferedReader input, PrintStream out) throws IOException {
    out.print(GpuHost.NAME + "# ");
    out.flush();
    return input.readLine();
  }
}
