package ostler.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The operator's command: an object, then an action, as {@code ostler unit list}. */
final class Cli {

  private static final Map<String, Supplier<CommandSpec>> NOUNS = nouns();

  private static final int USAGE_COLUMNS = 100;

  private final Surroundings around;

  Cli(Surroundings around) {
    this.around = around;
  }

  private static Map<String, Supplier<CommandSpec>> nouns() {
    Map<String, Supplier<CommandSpec>> nouns = new LinkedHashMap<>();
    nouns.put("host", HostCommands::noun);
    nouns.put("device", DeviceCommands::noun);
    nouns.put("unit", UnitCommands::noun);
    nouns.put("layout", LayoutCommands::noun);
    nouns.put("slice", SliceCommands::noun);
    nouns.put("alias", AliasCommands::noun);
    nouns.put("project", ProjectCommands::noun);
    nouns.put("quota", QuotaCommands::noun);
    nouns.put("hold", HoldCommands::noun);
    nouns.put("claim", ClaimCommands::noun);
    nouns.put("nova", NovaCommands::noun);
    nouns.put("usage", UsageCommands::noun);
    nouns.put("wipe", WipeCommands::noun);
    nouns.put("token", TokenCommands::noun);
    nouns.put("audit", AuditCommands::noun);
    nouns.put("event", EventCommands::noun);
    nouns.put("doctor", DoctorCommand::verb);
    return nouns;
  }

  /** Does what the command line says and answers how it ended, as an {@link ExitCode}'s number. */
  int run(String... args) {
    try {
      return execute(program(args), args).number();
    } catch (Failure e) {
      if (e.exitCode() != ExitCode.READER_GONE) {
        FailureText.of("ostler: ", e).forEach(around.terminal()::say);
      }
      return e.exitCode().number();
    }
  }

  private ExitCode execute(CommandLine program, String... args) throws Failure {
    ParseResult parsed = parse(program, args);
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandLine command = last.commandSpec().commandLine();
    if (parsed.isVersionHelpRequested()) {
      around.terminal().print(ProgramCommands.version());
      return ExitCode.OK;
    }
    if (last.isUsageHelpRequested()) {
      around.terminal().print(command.getUsageMessage(Ansi.OFF));
      return ExitCode.OK;
    }
    if (!(last.commandSpec().userObject() instanceof Verb.Action action)) {
      command.getUsageMessage(Ansi.OFF).lines().forEach(around.terminal()::say);
      return ExitCode.USAGE;
    }
    Arguments said = new Arguments(parsed);
    action.run(new Session(around, Globals.read(said, around)), said);
    return ExitCode.OK;
  }

  private static ParseResult parse(CommandLine program, String... args) throws Failure {
    try {
      return program.parseArgs(args);
    } catch (ParameterException e) {
      Failure failure = Failure.usage("BAD_USAGE", e.getMessage());
      throw failure.andTry(
          e instanceof UnmatchedArgumentException unmatched && !unmatched.getSuggestions().isEmpty()
              ? String.join(" or ", unmatched.getSuggestions())
              : e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    }
  }

  private static CommandLine program(String... args) {
    CommandSpec program = CommandSpec.create().name("ostler");
    program
        .usageMessage()
        .description("Hands GPUs and other PCI accelerators to one tenant after another, clean.")
        .synopsisSubcommandLabel("OBJECT ACTION")
        .sortOptions(false)
        .width(USAGE_COLUMNS)
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(exitCodes());
    needed(args).forEach((name, noun) -> program.addSubcommand(name, noun.get()));
    ProgramCommands.of(program).forEach(verb -> program.addSubcommand(verb.name(), verb));
    Globals.addTo(program);
    return new CommandLine(program);
  }

  /**
   * The nouns that the command line may mean: all those that it holds as a word, or all there are
   * if it holds none. Building every one would take longer than asking the allocator.
   */
  private static Map<String, Supplier<CommandSpec>> needed(String... args) {
    Map<String, Supplier<CommandSpec>> needed = new LinkedHashMap<>(NOUNS);
    needed.keySet().retainAll(List.of(args));
    return needed.isEmpty() ? NOUNS : needed;
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    Arrays.stream(ExitCode.values())
        .forEach(code -> codes.put(Integer.toString(code.number()), code.meaning()));
    return codes;
  }
}
