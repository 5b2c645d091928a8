package ostler.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ostler.inventory.HostName;
import ostler.inventory.WipeLevel;
import picocli.CommandLine.Model.CommandSpec;

/** How the command's nouns and verbs are put together. */
final class Verb {

  /** Prints these columns instead of all, in this order. */
  static final Argument.Option<String> COLUMN =
      Argument.Option.of(
              "--column", "COLUMN", Parsers::name, "print this column or field; may be repeated")
          .alsoNamed("-c")
          .repeated();

  static final Argument.Option<Integer> LIMIT =
      Argument.Option.of("--limit", "N", Parsers::positive, "print at most N items");

  static final Argument.Option<String> MARKER =
      Argument.Option.of("--marker", "MARKER", Parsers::marker, "continue behind an earlier list");

  /** What an operator must say for the audit. */
  static final Argument.Option<String> REASON =
      Argument.Option.of("--reason", "TEXT", Parsers::words, "why, for the audit");

  static final Argument.Option<HostName> HOST =
      Argument.Option.of("--host", "HOST", HostName::new, "on this host only");

  static final Argument.Option<WipeLevel> LEVEL =
      Argument.Option.of(
          "--level", "LEVEL", Parsers::level, "L0 to L4, or VENDOR for slices; else L3");

  static final Argument.Flag DRY_RUN =
      Argument.Flag.of("--dry-run", "say what would happen, and do nothing");

  static final Argument.Wait WAIT =
      new Argument.Wait(
          "--wait", Duration.ofMinutes(10), "wait until it is done, for 600 s unless told");

  private Verb() {}

  /** What a verb does. */
  @FunctionalInterface
  interface Action {
    void run(Session session, Arguments arguments) throws Failure;
  }

  static CommandSpec noun(String name, String summary, CommandSpec... verbs) {
    CommandSpec noun = described(name, summary);
    for (CommandSpec verb : verbs) {
      noun.addSubcommand(verb.name(), verb);
    }
    return noun;
  }

  static CommandSpec of(String name, String summary, Action action, Argument<?>... arguments) {
    CommandSpec verb = CommandSpec.wrapWithoutInspection(action).name(name);
    verb.usageMessage().description(summary);
    Arrays.stream(arguments).forEach(argument -> argument.addTo(verb));
    return verb;
  }

  /** A verb that prints a list. */
  static CommandSpec list(String summary, Action action, Argument<?>... filters) {
    List<Argument<?>> arguments = new ArrayList<>(List.of(filters));
    arguments.addAll(List.of(COLUMN, LIMIT, MARKER));
    return of("list", summary, action, arguments.toArray(Argument<?>[]::new));
  }

  private static CommandSpec described(String name, String summary) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.usageMessage().description(summary);
    return spec;
  }
}
