package ostler.allocator.engine;

import java.util.Objects;
import java.util.UUID;

/** Which device: one card's function, wherever it is found. */
public record DeviceId(UUID value) {
  public DeviceId {
    Objects.requireNonNull(value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
