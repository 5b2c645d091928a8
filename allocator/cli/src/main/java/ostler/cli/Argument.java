package ostler.cli;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.function.Function;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Something that a command line may say, with the type that it is read into. Described by values
 * rather than by annotations, whose reading by reflection took longer than the rest of a command.
 *
 * @param <T> the type of one value
 */
sealed interface Argument<T> {

  void addTo(CommandSpec command);

  /**
   * A named value.
   *
   * @param parser throws IllegalArgumentException where the text is not right
   */
  record Option<T>(
      List<String> names,
      String label,
      String help,
      Function<String, T> parser,
      boolean required,
      boolean repeatable)
      implements Argument<T> {

    static <T> Option<T> of(String name, String label, Function<String, T> parser, String help) {
      return new Option<>(List.of(name), label, help, parser, false, false);
    }

    Option<T> alsoNamed(String name) {
      return new Option<>(List.of(name, names.get(0)), label, help, parser, required, repeatable);
    }

    Option<T> needed() {
      return new Option<>(names, label, help, parser, true, repeatable);
    }

    Option<T> repeated() {
      return new Option<>(names, label, help, parser, required, true);
    }

    OptionSpec.Builder builder() {
      return OptionSpec.builder(names.toArray(String[]::new))
          .paramLabel(label)
          .description(help)
          .required(required)
          .type(repeatable ? List.class : Object.class)
          .auxiliaryTypes(Object.class)
          .converters(new Converter<>(parser));
    }

    @Override
    public void addTo(CommandSpec command) {
      command.addOption(builder().build());
    }
  }

  /** A yes by its mere presence. */
  record Flag(List<String> names, String help) implements Argument<Boolean> {

    static Flag of(String name, String help) {
      return new Flag(List.of(name), help);
    }

    OptionSpec.Builder builder() {
      return OptionSpec.builder(names.toArray(String[]::new))
          .type(boolean.class)
          .arity("0")
          .description(help);
    }

    @Override
    public void addTo(CommandSpec command) {
      command.addOption(builder().build());
    }
  }

  /** {@code --wait} or {@code --wait=SECONDS}, never {@code --wait SECONDS}. */
  record Wait(String name, Duration unlessSaid, String help) implements Argument<Duration> {

    @Override
    public void addTo(CommandSpec command) {
      String seconds = Long.toString(unlessSaid.toSeconds());
      command.addOption(
          OptionSpec.builder(name)
              .paramLabel("SECONDS")
              .description(help)
              .type(Object.class)
              .arity("0..1")
              .fallbackValue(seconds)
              .converters(new Converter<>(Parsers::seconds))
              .preprocessor(new NothingTaken(seconds))
              .build());
    }
  }

  /** A value by its place, one or several. */
  record Operand<T>(
      String label, String help, Function<String, T> parser, boolean several, boolean optional)
      implements Argument<T> {

    static <T> Operand<T> one(String label, Function<String, T> parser, String help) {
      return new Operand<>(label, help, parser, false, false);
    }

    static <T> Operand<T> several(String label, Function<String, T> parser, String help) {
      return new Operand<>(label, help, parser, true, false);
    }

    Operand<T> orNone() {
      return new Operand<>(label, help, parser, several, true);
    }

    @Override
    public void addTo(CommandSpec command) {
      int place = command.positionalParameters().size();
      command.addPositional(
          PositionalParamSpec.builder()
              .index(place + (several ? "..*" : ""))
              .paramLabel(label)
              .description(help)
              .arity((optional ? "0" : "1") + (several ? "..*" : "..1"))
              .required(!optional)
              .type(several ? List.class : Object.class)
              .auxiliaryTypes(Object.class)
              .converters(new Converter<>(parser))
              .build());
    }
  }

  /**
   * Lets picocli refuse a text with the parser's own words. Not a lambda: the JDK cannot keep a
   * lambda of picocli's interfaces, which are of Java 5, in a class-data archive.
   */
  record Converter<T>(Function<String, T> parser) implements ITypeConverter<T> {
    @Override
    public T convert(String text) {
      try {
        return parser.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Puts the usual value in the place of one that was not attached by an equals sign. */
  record NothingTaken(String usual) implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> words, CommandSpec command, ArgSpec argument, Map<String, Object> info) {
      // Without this, picocli would take the next word for the value.
      if (!"=".equals(info.get("separator"))) {
        words.push(usual);
      }
      return false;
    }
  }
}
