package ostler.mdev;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import ostler.nvml.NvmlLibrary;
import ostler.root.Code;
import ostler.root.Layout;
import ostler.root.OpId;
import ostler.root.Outcome;
import ostler.root.Outside;
import ostler.root.Refusal;
import ostler.root.RequestParts;
import ostler.wire.WireException;

/**
 * The program {@code ostler-mdev}: reads what is asked for into types, hands in the machine, and
 * prints one line.
 */
public final class Main {

  private static final int ROOT = 0;

  private Main() {}

  /**
   * Without arguments, reads one request from standard input; with arguments, they are the request.
   *
   * @throws IOException if standard input cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    Outside outside =
        new Outside(
            new Layout(Path.of("/")),
            ROOT,
            Clock.systemUTC(),
            new SecureRandom(),
            Main::sleep,
            UnaryOperator.identity());
    outcome(outside, arguments).end();
  }

  private static Outcome outcome(Outside outside, String[] arguments) throws IOException {
    try {
      Program program = new Program(outside, NvmlLibrary.INSTALLED);
      if (arguments.length > 0 && arguments[0].equals(Verb.MIG_MODE.toString())) {
        return program.run(ModeOrder.of(arguments, new OpId(UUID.randomUUID())));
      }
      Request request =
          arguments.length == 0
              ? RequestJson.read(System.in.readNBytes(RequestParts.LIMITS.maxBytes() + 1))
              : new CommandLine(arguments)
                  .request(new OpId(UUID.randomUUID()), new SliceId(UUID.randomUUID()));
      return program.run(request);
    } catch (WireException e) {
      return Outcome.refused(new Refusal(Code.BAD_REQUEST, e.getMessage() + "."));
    } catch (IllegalArgumentException e) {
      return Outcome.refused(
          new Refusal(Code.BAD_REQUEST, e.getMessage() + ". Usage: " + CommandLine.USAGE));
    }
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
