package ostler.demo;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What was asked of {@code ostler demo}.
 *
 * @param once whether to end after the story, instead of staying up to play with
 * @param json whether to print a summary as one line of JSON at the end
 * @param fake whether to use the named fake host although a lab could be had
 * @param secret what the first tenant leaves
 * @param evidence where the card's memory is kept after each stage
 */
record DemoOptions(
    boolean once, boolean json, boolean fake, Optional<Secret> secret, Optional<Path> evidence) {

  static final String USAGE =
      """
      Usage: ostler demo [--once] [--json] [--secret HEX] [--evidence DIR] [--fake]

      A GPU host is made of QEMU, with a real kernel; a card on it goes from one tenant to the next,
      and what the first one left in its memory is looked for at every stage.

        --once          end after the story; else everything stays up until Ctrl-C
        --json          the last line on standard output is a summary; the story goes to standard error
        --secret HEX    what the first tenant leaves, 8 to 4096 bytes; else something new each time
        --evidence DIR  keep the card's memory after each stage, the wipe record, and how to check them
        --fake          a named fake host instead: no kernel, and so no word about memory
      """;

  /** Somebody asked only how to ask. */
  static final class HelpWanted extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException naming the option and the rule
   */
  static DemoOptions parse(List<String> words) throws HelpWanted {
    boolean once = false;
    boolean json = false;
    boolean fake = false;
    Optional<Secret> secret = Optional.empty();
    Optional<Path> evidence = Optional.empty();
    Deque<String> left = new ArrayDeque<>(words);
    while (!left.isEmpty()) {
      String word = left.pop();
      switch (word) {
        case "--once" -> once = true;
        case "--json" -> json = true;
        case "--fake" -> fake = true;
        case "--secret" -> secret = Optional.of(secret(value(word, left)));
        case "--evidence" -> evidence = Optional.of(folder(value(word, left)));
        case "--help", "-h" -> throw new HelpWanted();
        default -> throw new IllegalArgumentException("there is no option " + word);
      }
    }
    if (fake && (secret.isPresent() || evidence.isPresent())) {
      throw new IllegalArgumentException(
          "--fake has no memory: it goes with neither --secret nor --evidence");
    }
    return new DemoOptions(once, json, fake, secret, evidence);
  }

  private static String value(String option, Deque<String> left) {
    if (left.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value behind it");
    }
    return left.pop();
  }

  private static Secret secret(String text) {
    try {
      return Secret.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--secret " + e.getMessage(), e);
    }
  }

  private static Path folder(String text) {
    try {
      return Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("--evidence is not a path: " + e.getReason(), e);
    }
  }
}
