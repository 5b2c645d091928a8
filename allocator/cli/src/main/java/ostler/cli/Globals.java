package ostler.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import ostler.cli.Terminal.Stream;
import ostler.cli.print.Format;
import ostler.cli.print.Printer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options that every verb takes, before or behind it: where the allocator is, and how to print.
 *
 * @param timeout for one call
 */
record Globals(
    Endpoint endpoint,
    Path tokenFile,
    Optional<Path> caFile,
    Duration timeout,
    boolean plainHttp,
    boolean verbose,
    Printer printer) {

  private static final String DEFAULT_URL = "http://127.0.0.1:7878";
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final Path DEFAULT_TOKEN_FILE = Path.of(".local/share/ostler/admin.token");

  private static final Argument.Option<Endpoint> URL =
      Argument.Option.of(
          "--url",
          "URL",
          Endpoint::parse,
          "the allocator's address; else OSTLER_URL, else " + DEFAULT_URL);
  private static final Argument.Option<Path> TOKEN_FILE =
      Argument.Option.of(
          "--token-file",
          "FILE",
          Path::of,
          "the file with the token; else OSTLER_TOKEN_FILE, else ~/" + DEFAULT_TOKEN_FILE);
  private static final Argument.Option<Path> CA_FILE =
      Argument.Option.of(
          "--ca-file",
          "FILE",
          Path::of,
          "certificates (PEM) to believe instead of the JDK's, for https");
  private static final Argument.Option<Duration> TIMEOUT =
      Argument.Option.of(
          "--timeout",
          "SECONDS",
          Parsers::seconds,
          "how long one call may take; else " + DEFAULT_TIMEOUT.toSeconds());
  private static final Argument.Flag PLAIN_HTTP =
      Argument.Flag.of(
          "--plain-http", "send the token without encryption to another machine all the same");
  private static final Argument.Option<Format> OUTPUT =
      Argument.Option.of(
              "--output", "FORMAT", Format::parse, "table, json, yaml or csv; else table")
          .alsoNamed("-o");
  private static final Argument.Flag UTC =
      Argument.Flag.of("--utc", "show times in UTC; json, yaml and csv always do");
  private static final Argument.Flag NO_COLOR =
      Argument.Flag.of("--no-color", "no colors; so do NO_COLOR and TERM=dumb");
  private static final Argument.Flag VERSION = Argument.Flag.of("--version", "print the version");
  private static final Argument.Flag HELP =
      new Argument.Flag(List.of("-h", "--help"), "explain the command");
  private static final Argument.Flag VERBOSE =
      new Argument.Flag(
          List.of("-v", "--verbose"), "tell each call and its request id on standard error");

  /** Gives the options to the program, and to every command below it without telling them again. */
  static void addTo(CommandSpec program) {
    options().forEach(option -> program.addOption(option.build()));
    program.addOption(VERSION.builder().versionHelp(true).build());
    program.subcommands().values().forEach(noun -> addBelow(noun.getCommandSpec()));
  }

  private static void addBelow(CommandSpec command) {
    options().forEach(option -> command.addOption(option.hidden(true).build()));
    command.usageMessage().footer("%nFor the options of all commands: ostler --help");
    command.subcommands().values().forEach(verb -> addBelow(verb.getCommandSpec()));
  }

  private static List<OptionSpec.Builder> options() {
    return List.of(
        URL.builder(),
        TOKEN_FILE.builder(),
        CA_FILE.builder(),
        TIMEOUT.builder(),
        PLAIN_HTTP.builder(),
        OUTPUT.builder(),
        UTC.builder(),
        NO_COLOR.builder(),
        VERBOSE.builder(),
        HELP.builder().usageHelp(true));
  }

  static Globals read(Arguments arguments, Surroundings around) throws Failure {
    boolean colors =
        around.terminal().isTerminal(Stream.OUT)
            && !arguments.has(NO_COLOR)
            && around.variable("NO_COLOR").isEmpty()
            && !around.variable("TERM").equals(Optional.of("dumb"));
    ZoneId zone = arguments.has(UTC) ? ZoneOffset.UTC : around.zone();
    Format format = arguments.get(OUTPUT).orElse(Format.TABLE);
    return new Globals(
        or(arguments, URL, around, "OSTLER_URL").orElseGet(() -> Endpoint.parse(DEFAULT_URL)),
        or(arguments, TOKEN_FILE, around, "OSTLER_TOKEN_FILE")
            .orElseGet(() -> around.home().resolve(DEFAULT_TOKEN_FILE)),
        arguments.get(CA_FILE),
        arguments.get(TIMEOUT).orElse(DEFAULT_TIMEOUT),
        arguments.has(PLAIN_HTTP),
        arguments.has(VERBOSE),
        new Printer(format, zone, colors));
  }

  /** An option's value, or what the environment says in its place. */
  private static <T> Optional<T> or(
      Arguments arguments, Argument.Option<T> option, Surroundings around, String variable)
      throws Failure {
    Optional<T> said = arguments.get(option);
    Optional<String> text = around.variable(variable);
    if (said.isPresent() || text.isEmpty()) {
      return said;
    }
    try {
      return Optional.of(option.parser().apply(text.get()));
    } catch (IllegalArgumentException e) {
      throw Failure.usage(
          "BAD_ENVIRONMENT", "the variable " + variable + " is not right: " + e.getMessage());
    }
  }
}
