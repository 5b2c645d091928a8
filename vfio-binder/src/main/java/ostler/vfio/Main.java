package ostler.vfio;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.UnaryOperator;
import ostler.wire.Json;
import ostler.wire.WireException;

/**
 * The program {@code ostler-vfio}: reads what is asked for into types, hands in the machine, and
 * prints one line.
 */
public final class Main {

  private static final int ROOT = 0;

  /** Set by the program's wrapper where a person looks on. */
  private static final String PRETTY = "ostler.pretty";

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
      default -> end(outcome(outside, arguments));
    }
  }

  private static Program.Outcome outcome(Outside outside, String[] arguments) throws IOException {
    try {
      Request request =
          arguments.length == 0
              ? RequestJson.read(System.in.readNBytes(RequestJson.LIMITS.maxBytes() + 1))
              : new CommandLine(arguments).request(new OpId(UUID.randomUUID()));
      return new Program(outside).run(request);
    } catch (WireException e) {
      return Program.Outcome.refused(new Refusal(Code.BAD_REQUEST, e.getMessage() + "."));
    } catch (IllegalArgumentException e) {
      return Program.Outcome.refused(
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

  /**
   * A process with a thread stuck in the kernel cannot end; its caller has its line all the same.
   */
  private static void end(Program.Outcome outcome) {
    System.out.println(
        Boolean.getBoolean(PRETTY)
            ? Json.writePretty(outcome.answer())
            : Json.write(outcome.answer()));
    System.out.flush();
    if (outcome.stuck()) {
      Runtime.getRuntime().halt(outcome.exitCode());
    }
    System.exit(outcome.exitCode());
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
