package ostler.agent.journal;

import java.util.Objects;
import java.util.Optional;
import ostler.inventory.BootId;
import ostler.inventory.Goal;

/**
 * That a unit is cut into slices by its vendor's driver. It is remembered from before root is asked
 * to until it is whole again, since slices may be on it all that time.
 *
 * @param asked how many virtual functions were asked for
 * @param have how many there were then; a device may make fewer
 * @param boot in which it was last cut, or restored; absent while that has not been seen to succeed
 */
public record Cut(int asked, int have, Optional<BootId> boot) {
  public Cut {
    Objects.requireNonNull(boot);
    if (asked < 0 || have < 0 || asked > Goal.Sliced.MAX_FUNCTIONS) {
      throw new IllegalArgumentException(
          "a parent has 0 or more virtual functions, not " + asked + " and " + have);
    }
  }

  /** Before it is known what came of it. */
  public static Cut begun(int asked) {
    return new Cut(asked, 0, Optional.empty());
  }

  /** Once it is there, in that boot. */
  public Cut done(int now, BootId in) {
    return new Cut(asked, now, Optional.of(in));
  }

  /** Whether it has to be made again, as after a boot. */
  public boolean isLostIn(BootId now) {
    return boot.isPresent() && !boot.get().equals(now);
  }
}
