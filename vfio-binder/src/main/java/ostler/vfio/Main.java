package ostler.vfio;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.UnaryOperator;
import ostler.root.Code;
import ostler.root.Layout;
import ostler.root.OpId;
import ostler.root.Outcome;
import ostler.root.Outside;
import ostler.root.Refusal;
import ostler.root.RequestParts;
import ostler.wire.WireException;

/**
 * The program {@code ostler-vfio}: reads what is asked for into types, hands in the machine, and
 * prints one line.
 */
public final class Main {

  private static final int ROOT = 0;

  private Main() {}

  /**
   * Without arguments, reads one request from standard input; with arguments, they are the request,
   * or {@code guard}, or {@code hook} as libvirt's hook calls it.
   *
   * @throws IOException if standard input cannot be read, or the guard cannot listen
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
    String first = arguments.length == 0 ? "" : arguments[0];
    switch (first) {
      case "guard" -> new Guard(outside).run();
      case "hook" -> System.exit(hook(outside, arguments));
      default -> outcome(outside, arguments).end();
    }
  }

  private static Outcome outcome(Outside outside, String[] arguments) throws IOException {
    try {
      Request request =
          arguments.length == 0
              ? RequestJson.read(System.in.readNBytes(RequestParts.LIMITS.maxBytes() + 1))
              : new CommandLine(arguments).request(new OpId(UUID.randomUUID()));
      return new Program(outside).run(request);
    } catch (WireException e) {
      return Outcome.refused(new Refusal(Code.BAD_REQUEST, e.getMessage() + "."));
    } catch (IllegalArgumentException e) {
      return Outcome.refused(
          new Refusal(Code.BAD_REQUEST, e.getMessage() + ". Usage: " + CommandLine.USAGE));
    }
  }

  private static int hook(Outside outside, String[] arguments) throws IOException {
    return new Hook(outside)
        .decide(Arrays.asList(arguments).subList(1, arguments.length), System.in)
        .map(
            veto -> {
              System.err.println("Ostler: " + veto.getMessage());
              return 1;
            })
        .orElse(0);
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
