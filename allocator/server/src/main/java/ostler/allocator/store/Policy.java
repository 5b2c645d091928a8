package ostler.allocator.store;

import java.util.Objects;
import ostler.inventory.WipeLevel;

/**
 * What is done without being asked.
 *
 * @param autoClean whether a dirty unit is cleaned as soon as it can be
 * @param level how far
 */
public record Policy(boolean autoClean, WipeLevel level) {

  /** To which level whole units are cleaned unless somebody says otherwise. */
  public static final WipeLevel WHOLE_UNITS = WipeLevel.L3;

  public Policy {
    Objects.requireNonNull(level);
  }
}
