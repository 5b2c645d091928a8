package ostler.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import ostler.lab.LabException;
import ostler.lab.stack.CommandResult;
import ostler.lab.stack.OperatorCommand;

/** Runs the operator's real command and shows it with what it really printed. */
final class Teller {

  private final Narrator narrator;
  private final OperatorCommand command;

  Teller(Narrator narrator, OperatorCommand command) {
    this.narrator = narrator;
    this.command = command;
  }

  /** Runs it; however it ends. */
  CommandResult attempt(String... words) throws IOException, InterruptedException, LabException {
    narrator.command("$ ", "ostler " + typed(words));
    return shown(command.run(words));
  }

  /** Looks at a machine that is laid out below a folder. */
  void inspects(Path root) throws IOException, InterruptedException, LabException {
    narrator.command("$ ", "ostler inspect --root " + root);
    shown(command.inspect("--root", root.toString())).orThrow();
  }

  private CommandResult shown(CommandResult result) {
    narrator.output(result.out());
    narrator.output(result.err());
    return result;
  }

  /** Runs it, and it has to succeed. */
  CommandResult does(String... words) throws IOException, InterruptedException, LabException {
    return attempt(words).orThrow();
  }

  private static String typed(String... words) {
    return Arrays.stream(words)
        .map(word -> word.matches("[A-Za-z0-9_./:=@,-]+") ? word : "'" + word + "'")
        .collect(Collectors.joining(" "));
  }
}
