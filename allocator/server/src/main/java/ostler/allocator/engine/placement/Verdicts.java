package ostler.allocator.engine.placement;

import java.util.Optional;
import ostler.allocator.engine.Code;

/** What became of each host that was asked about, in the order in which they were named. */
public final class Verdicts {

  private final int[] scores;
  private final Code[] codes;

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

  void pass(int host, int score) {
    scores[host] = score;
  }

  void refuse(int host, Code code) {
    codes[host] = code;
  }
}
