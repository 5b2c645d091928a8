package ostler.agent.privileged;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program that is started for each request. It gets the request on its standard input and answers
 * with one line on its standard output.
 *
 * <p>It is never killed: a program of root's cannot be by us, one that is stuck in the kernel by
 * nobody, and one that is halfway through a write to a device should not be. When it is late, it is
 * left alone.
 */
public final class Program implements Exchange {

  /** A pipe takes this much at once, so that writing a request cannot block (Linux pipe(7)). */
  private static final int MAX_REQUEST_BYTES = 64 * 1024;

  private static final int MAX_ANSWER_BYTES = 1024 * 1024;

  /** How long a program that has answered may take to end; one with a stuck thread never does. */
  private static final Duration EXIT_GRACE = Duration.ofSeconds(2);

  private final List<String> command;
  private final PrintStream log;

  /**
   * @param log where its words on standard error go
   */
  public Program(List<String> command, PrintStream log) {
    this.command = List.copyOf(command);
    this.log = log;
  }

  @Override
  public Ending ask(String request, Duration deadline) throws InterruptedException {
    byte[] bytes = (request + '\n').getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_REQUEST_BYTES) {
      return new Ending.Nothing("the request is longer than " + MAX_REQUEST_BYTES + " bytes");
    }
    Process process;
    try {
      process = new ProcessBuilder(command).start();
    } catch (IOException e) {
      return new Ending.Nothing("cannot start " + command.get(0) + ": " + e.getMessage());
    }
    BlockingQueue<Ending> endings = new ArrayBlockingQueue<>(1);
    daemon("root-program", () -> endings.add(converse(process, bytes)));
    // It is not given this program's own standard error: where it hangs in the kernel it would keep
    // that open, and whoever waits for the end of that would hang as well.
    daemon("root-program-words", () -> passOn(process.getErrorStream()));
    Ending ending = endings.poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
    if (ending == null) {
      return new Ending.Late();
    }
    process.waitFor(EXIT_GRACE.toMillis(), TimeUnit.MILLISECONDS);
    return ending;
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void passOn(InputStream words) {
    try {
      words.transferTo(log);
    } catch (IOException e) {
      log.println("the words of " + command.get(0) + " broke off: " + e.getMessage());
    }
  }

  private static Ending converse(Process process, byte[] request) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(request);
    } catch (IOException e) {
      // It closed its input, or ended, before it had read all; what it says itself tells more.
      return readLine(process);
    }
    return readLine(process);
  }

  private static Ending readLine(Process process) {
    try {
      InputStream out = process.getInputStream();
      byte[] line = new byte[1024];
      int length = 0;
      for (int next = out.read(); next >= 0 && next != '\n'; next = out.read()) {
        if (length == MAX_ANSWER_BYTES) {
          return new Ending.Nothing("its answer is longer than " + MAX_ANSWER_BYTES + " bytes");
        }
        if (length == line.length) {
          line = java.util.Arrays.copyOf(line, 2 * length);
        }
        line[length++] = (byte) next;
      }
      return length == 0
          ? new Ending.Nothing("it ended without an answer")
          : new Ending.Line(new String(line, 0, length, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new Ending.Nothing("its answer could not be read: " + e.getMessage());
    }
  }
}
