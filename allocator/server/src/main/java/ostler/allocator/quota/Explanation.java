package ostler.allocator.quota;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What each level says about a demand, key by key, from the project up to its root. */
public record Explanation(List<Line> lines, Verdict verdict) {

  public Explanation {
    lines = List.copyOf(lines);
    Objects.requireNonNull(verdict);
  }

  /**
   * What one level says about one key.
   *
   * @param quota absent for the server's default, which speaks where no level sets the key
   */
  public record Line(ResourceKey key, Optional<Quota> quota, long asked, boolean allowed) {}
}
