package ostler.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import ostler.cli.Terminal.Stream;

/** The operator's command as a program. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    // The JDK sends a POST again by itself when a connection breaks, and nobody would know.
    System.setProperty("sun.net.http.retryPost", "false");
    Terminal terminal =
        new Terminal(
            System.in,
            new FileOutputStream(FileDescriptor.out),
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
            terminals());
    System.exit(new Cli(surroundings(System.getenv(), terminal)).run(args));
  }

  static Surroundings surroundings(Map<String, String> environment, Terminal terminal) {
    return new Surroundings(
        environment,
        Path.of(System.getProperty("user.home")),
        terminal,
        Clock.systemUTC(),
        ZoneId.systemDefault(),
        time -> Thread.sleep(time.toMillis()),
        UUID::randomUUID);
  }

  /**
   * The launcher's shell knows which streams are terminals; the JDK tells of two of them at most.
   */
  private static Set<Stream> terminals() {
    String told = System.getProperty("ostler.terminals", "");
    Set<Stream> terminals = EnumSet.noneOf(Stream.class);
    for (Stream stream : Stream.values()) {
      if (told.contains(stream.name().toLowerCase(Locale.ROOT))) {
        terminals.add(stream);
      }
    }
    return terminals;
  }
}
