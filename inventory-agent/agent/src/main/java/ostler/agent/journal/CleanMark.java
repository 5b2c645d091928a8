package ostler.agent.journal;

import java.util.Objects;
import ostler.inventory.BootId;
import ostler.inventory.WipeId;

/**
 * That a unit was wiped and nobody has had it since. It holds for one boot: what firmware and other
 * drivers did to a device while the host was down, nobody saw.
 */
public record CleanMark(WipeId wipe, BootId boot) {
  public CleanMark {
    Objects.requireNonNull(wipe);
    Objects.requireNonNull(boot);
  }
}
