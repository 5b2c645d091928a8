package ostler.allocator.quota;

import java.util.Objects;

/**
 * A counter that is not what the charges below its node add up to.
 *
 * @param quota with the counter as it is
 * @param counted what it should be
 */
public record Drift(Quota quota, long counted) {
  public Drift {
    Objects.requireNonNull(quota);
  }
}
