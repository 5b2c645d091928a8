package ostler.allocator.engine;

import java.util.Objects;
import ostler.flavor.AliasName;

/**
 * One line of what somebody asks for: so many units under one name.
 *
 * @param count 1 to {@value ClaimRequest#MAX_COUNT}
 */
public record Part(AliasName alias, int count) {
  public Part {
    Objects.requireNonNull(alias);
    if (count < 1 || count > ClaimRequest.MAX_COUNT) {
      throw new IllegalArgumentException(
          "a part asks for 1 to " + ClaimRequest.MAX_COUNT + " units, not " + count);
    }
  }

  /** {@code 2 of gpu}. */
  @Override
  public String toString() {
    return count + " of " + alias;
  }
}
