package ostler.allocator.engine;

import java.util.Objects;
import java.util.Optional;
import ostler.inventory.BootId;

/**
 * That a unit was taken from its claim without proof that nobody holds it any more.
 *
 * @param boot in which it happened, in which nobody may have the unit; absent where the host had
 *     not said, and then the first boot that it reports
 */
public record Abandoned(Optional<BootId> boot) {
  public Abandoned {
    Objects.requireNonNull(boot);
  }

  /** What is left of it when the host reports from a boot; empty where its memory is gone. */
  Optional<Abandoned> after(BootId reported) {
    return boot.filter(before -> !before.equals(reported)).isPresent()
        ? Optional.empty()
        : Optional.of(new Abandoned(Optional.of(reported)));
  }
}
