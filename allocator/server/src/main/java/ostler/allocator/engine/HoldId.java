package ostler.allocator.engine;

import java.util.Objects;
import java.util.UUID;

/** Which hold: a short promise to a consumer. */
public record HoldId(UUID value) {
  public HoldId {
    Objects.requireNonNull(value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
