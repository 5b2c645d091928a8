package ostler.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What the command line said, each text in the type of its argument. The argument's parser has
 * already had every text before it, so none is refused here.
 */
final class Arguments {

  /** From the verb up to the program itself: an option for all may stand at any of them. */
  private final List<ParseResult> levels = new ArrayList<>();

  Arguments(ParseResult program) {
    for (ParseResult level = program; level != null; level = level.subcommand()) {
      levels.add(0, level);
    }
  }

  <T> Optional<T> get(Argument.Option<T> option) {
    return texts(option.names().get(0)).stream().map(option.parser()).findFirst();
  }

  /** The value of an option that the command line must have. */
  <T> T need(Argument.Option<T> option) {
    return get(option).orElseThrow();
  }

  <T> List<T> all(Argument.Option<T> option) {
    return texts(option.names().get(0)).stream().map(option.parser()).toList();
  }

  boolean has(Argument.Flag flag) {
    return !texts(flag.names().get(0)).isEmpty();
  }

  Optional<Duration> get(Argument.Wait wait) {
    return texts(wait.name()).stream().map(Parsers::seconds).findFirst();
  }

  /** The value of an operand, of which the command line must have one. */
  <T> T need(Argument.Operand<T> operand) {
    return all(operand).get(0);
  }

  <T> List<T> all(Argument.Operand<T> operand) {
    return levels.get(0).matchedPositionals().stream()
        .filter(matched -> matched.paramLabel().equals(operand.label()))
        .flatMap(matched -> matched.stringValues().stream())
        .map(operand.parser())
        .toList();
  }

  /** What the command line said for an option, at the innermost place that said anything. */
  private List<String> texts(String name) {
    for (ParseResult level : levels) {
      OptionSpec matched = level.matchedOption(name);
      if (matched != null) {
        return matched.stringValues();
      }
    }
    return List.of();
  }
}
