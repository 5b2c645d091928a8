package ostler.flavor;

import java.util.Objects;
import ostler.inventory.WipeLevel;

/**
 * A name for units that match a rule and were cleaned far enough.
 *
 * @param level the least level that a unit must have reached to be handed out under this name
 */
public record Alias(AliasName name, AliasRule rule, WipeLevel level) {
  public Alias {
    Objects.requireNonNull(name);
    Objects.requireNonNull(rule);
    Objects.requireNonNull(level);
  }
}
