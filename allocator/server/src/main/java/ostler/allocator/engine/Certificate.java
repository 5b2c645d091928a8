package ostler.allocator.engine;

import java.util.Objects;
import ostler.inventory.WipeId;
import ostler.inventory.WipeLevel;

/** The accepted wipe record that makes a unit clean, and the level that it reached. */
public record Certificate(WipeId wipe, WipeLevel level) {
  public Certificate {
    Objects.requireNonNull(wipe);
    Objects.requireNonNull(level);
  }
}
