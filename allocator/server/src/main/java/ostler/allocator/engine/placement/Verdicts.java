package ostler.allocator.engine.placement;

import java.util.Arrays;
import java.util.Optional;
import ostler.allocator.engine.Code;

/** What became of each host that was asked about, in the order in which they were named. */
public final class Verdicts {

  private final int[] scores;
  private final Code[] codes;

  /** Of hosts on which Nova has several ways, the good ones; null elsewhere, and for all hosts. */
  private int[][] choices;

  Verdicts(int size) {
    scores = new int[size];
    codes = new Code[size];
  }

  public int size() {
    return scores.length;
  }

  /** How many hosts can serve the request. */
  public int passed() {
    int passed = 0;
    for (Code code : codes) {
      passed += code == null ? 1 : 0;
    }
    return passed;
  }

  public boolean passes(int host) {
    return codes[host] == null;
  }

  /** How well the host would do, 1 or more, the best the highest; 0 where it cannot. */
  public int score(int host) {
    return scores[host];
  }

  /** Why the host cannot, absent where it can. */
  public Optional<Code> code(int host) {
    return Optional.ofNullable(codes[host]);
  }

  /** Whether one of the ways that Nova has on the host is good; where it has none, any would be. */
  public boolean isGood(int host, int choice) {
    return choices == null
        || choices[host] == null
        || Arrays.binarySearch(choices[host], choice) >= 0;
  }

  void pass(int host, int score) {
    scores[host] = score;
  }

  void pass(int host, int score, int[] good) {
    scores[host] = score;
    if (choices == null) {
      choices = new int[scores.length][];
    }
    choices[host] = good;
  }

  void refuse(int host, Code code) {
    codes[host] = code;
  }
}
