package ostler.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What is about the command itself, and the programs that the launcher starts beside it. */
final class ProgramCommands {

  private static final Argument.Operand<String> SHELL =
      Argument.Operand.one("SHELL", ProgramCommands::shell, "bash");

  private static final Argument.Operand<String> WORDS =
      Argument.Operand.several("COMMAND", Parsers::name, "what to explain").orNone();

  private ProgramCommands() {}

  /** The verbs that stand alone. */
  static List<CommandSpec> of(CommandSpec program) {
    return List.of(
        beside("up", "start an allocator"),
        beside("db", "look after an allocator's database"),
        beside("agent", "start this host's agent"),
        beside("inspect", "look at this machine's devices, without any server"),
        beside("demo", "show the whole story, from a source tree"),
        beside("lab", "run scenarios on a real kernel, from a source tree"),
        Verb.of(
            "completion",
            "print a script that completes commands in a shell",
            (session, said) ->
                session.terminal().print(AutoComplete.bash("ostler", program.commandLine())),
            SHELL),
        Verb.of(
            "version", "print the version", (session, said) -> session.terminal().print(version())),
        Verb.of(
            "help",
            "explain a command",
            (session, said) ->
                session.terminal().print(usage(program, said.all(WORDS)).getUsageMessage()),
            WORDS));
  }

  /**
   * A program of its own, which the launcher starts before this one could: it stands here so that
   * help and completion know it.
   */
  private static CommandSpec beside(String name, String summary) {
    CommandSpec spec =
        Verb.of(
            name,
            summary,
            (session, said) -> {
              throw Failure.usage(
                      "NOT_STARTED_HERE", "The launcher starts " + name + ", this command cannot.")
                  .andTry("ostler " + name + ", with the launcher of the installation");
            });
    spec.parser().unmatchedArgumentsAllowed(true);
    return spec;
  }

  private static String shell(String text) {
    if (!text.equals("bash")) {
      throw new IllegalArgumentException("only bash is known");
    }
    return text;
  }

  private static CommandLine usage(CommandSpec program, List<String> words) throws Failure {
    CommandLine at = program.commandLine();
    for (String word : words) {
      Map<String, CommandLine> known = at.getSubcommands();
      if (!known.containsKey(word)) {
        throw Failure.usage("BAD_USAGE", "There is no command " + word + " to explain.")
            .andTry("one of: " + String.join(", ", known.keySet()));
      }
      at = known.get(word);
    }
    return at;
  }

  static String version() {
    try (InputStream in = ProgramCommands.class.getResourceAsStream("version.txt")) {
      return "ostler " + new String(in.readAllBytes(), StandardCharsets.UTF_8).strip() + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException("the jar has lost its version", e);
    }
  }
}
