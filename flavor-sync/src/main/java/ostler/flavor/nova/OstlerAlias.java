package ostler.flavor.nova;

import java.util.List;
import java.util.Objects;
import ostler.flavor.AliasName;
import ostler.flavor.NumaPolicy;

/**
 * An alias of Ostler's with the units that it means now.
 *
 * @param units those of them that a guest gets as PCI functions
 * @param others how many it means that are given in another way
 */
public record OstlerAlias(AliasName name, NumaPolicy numa, List<NovaUnit> units, int others) {

  public OstlerAlias {
    Objects.requireNonNull(name);
    Objects.requireNonNull(numa);
    units = List.copyOf(units);
  }

  /** Whether nothing that it means can be had by an alias of Nova's. */
  boolean isNeverPci() {
    return units.isEmpty() && others > 0;
  }
}
