package ostler.simulation;

import java.util.List;
import java.util.OptionalLong;

/**
 * What the command line asks for.
 *
 * @param seed the only one to be run, with its trace; absent for all of a campaign's
 * @param from the first of a campaign's seeds
 * @param seeds how many of them, one after the other
 * @param steps with faults in each; before and after them come quiet ones
 */
record Options(OptionalLong seed, long from, int seeds, int steps) {

  static final String USAGE =
      """
      Usage: tests/simulate [--seeds N] [--from X] [--steps N]
             tests/simulate --seed X [--steps N]

      The first runs N worlds (default 500), then looks for each planted bug, and ends with its
      figure as one line of JSON. The second runs one world and tells what happened in it.

        --from X    the first seed of the N (default 1)
        --steps N   steps with faults in each world, 1000 or more (default 3000)

      Exit: 0 every promise was kept and every planted bug found; 1 not so; 2 wrong usage.
      """;

  private static final int DEFAULT_SEEDS = 500;
  private static final int DEFAULT_STEPS = 3000;
  private static final int MIN_STEPS = 1000;
  private static final int MAX = 1_000_000;

  /**
   * Reads the words of a command line.
   *
   * @throws IllegalArgumentException naming the word that does not belong there
   */
  static Options parse(List<String> words) {
    Options options = new Options(OptionalLong.empty(), 1, DEFAULT_SEEDS, DEFAULT_STEPS);
    for (int i = 0; i < words.size(); i += 2) {
      if (i + 1 == words.size()) {
        throw new IllegalArgumentException(words.get(i) + " needs a number");
      }
      String value = words.get(i + 1);
      options =
          switch (words.get(i)) {
            case "--seed" ->
                new Options(
                    OptionalLong.of(number("--seed", value, Long.MIN_VALUE, Long.MAX_VALUE)),
                    options.from,
                    options.seeds,
                    options.steps);
            case "--from" ->
                new Options(
                    options.seed,
                    number("--from", value, Long.MIN_VALUE, Integer.MAX_VALUE),
                    options.seeds,
                    options.steps);
            case "--seeds" ->
                new Options(
                    options.seed,
                    options.from,
                    (int) number("--seeds", value, 1, MAX),
                    options.steps);
            case "--steps" ->
                new Options(
                    options.seed,
                    options.from,
                    options.seeds,
                    (int) number("--steps", value, MIN_STEPS, MAX));
            default -> throw new IllegalArgumentException(words.get(i) + " is no option");
          };
    }
    return options;
  }

  private static long number(String name, String text, long least, long most) {
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is a number, not " + text, e);
    }
    throw new IllegalArgumentException(name + " is " + least + " to " + most + ", not " + text);
  }
}
