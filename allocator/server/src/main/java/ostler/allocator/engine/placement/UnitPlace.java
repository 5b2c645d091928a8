package ostler.allocator.engine.placement;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import ostler.inventory.NumaNode;
import ostler.pci.PciAddress;

/**
 * Where a unit lies on its host.
 *
 * @param memoryMib its own memory in MiB, 1 or more; absent where nobody knows
 * @param numaNode absent where the kernel does not know
 * @param pcieSwitch the bridge that it shares with other cards; absent where it is behind none
 * @param island what it is joined to without PCIe; absent where it stands alone
 * @param card the function that a whole unit is, or that a slice is of; absent where there is
 *     nothing to share
 */
public record UnitPlace(
    OptionalLong memoryMib,
    Optional<NumaNode> numaNode,
    Optional<PciAddress> pcieSwitch,
    Optional<Island> island,
    Optional<PciAddress> card) {

  /** A place of which nothing is known. */
  public static final UnitPlace UNKNOWN =
      new UnitPlace(
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /**
   * Units that reach each other without PCIe, as over NVLink.
   *
   * @param name 1 to 64 letters, digits, dots, colons, hyphens and underscores; means something on
   *     one host only
   */
  public record Island(String name) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    public Island {
      if (!FORM.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "an island is 1 to 64 letters, digits, dots, colons, hyphens and underscores");
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  public UnitPlace {
    Objects.requireNonNull(memoryMib);
    Objects.requireNonNull(numaNode);
    Objects.requireNonNull(pcieSwitch);
    Objects.requireNonNull(island);
    Objects.requireNonNull(card);
    if (memoryMib.isPresent() && memoryMib.getAsLong() < 1) {
      throw new IllegalArgumentException("memory is 1 MiB or more, not " + memoryMib.getAsLong());
    }
  }

  /** The same place, with so much memory. */
  public UnitPlace with(OptionalLong other) {
    return new UnitPlace(other, numaNode, pcieSwitch, island, card);
  }

  /** The same place, in an island or in none. */
  public UnitPlace in(Optional<Island> other) {
    return new UnitPlace(memoryMib, numaNode, pcieSwitch, other, card);
  }
}
