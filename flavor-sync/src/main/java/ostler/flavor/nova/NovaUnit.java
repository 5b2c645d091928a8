package ostler.flavor.nova;

import java.util.List;
import java.util.Objects;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;

/**
 * A unit by the functions that a guest gets with it.
 *
 * @param members one or more, by address
 * @param sliced whether it is cut, so that nobody gets it whole
 */
public record NovaUnit(UnitId id, UnitKind kind, List<NovaDevice> members, boolean sliced) {

  public NovaUnit {
    Objects.requireNonNull(id);
    Objects.requireNonNull(kind);
    members = members.stream().sorted().toList();
    if (members.isEmpty()) {
      throw new IllegalArgumentException("a unit has at least one member");
    }
  }

  HostName host() {
    return members.get(0).host();
  }

  /** The member that the others are there for: the first that computes, else the first. */
  NovaDevice main() {
    return members.stream()
        .filter(member -> member.model().pciClass().computes())
        .findFirst()
        .orElse(members.get(0));
  }

  /** The members beside the main one, as a GPU's audio function. */
  List<NovaDevice> companions() {
    NovaDevice main = main();
    return members.stream().filter(member -> !member.equals(main)).toList();
  }

  /** Whether a guest gets it as PCI functions; mediated devices and MIG instances are not. */
  public boolean isPci() {
    return !sliced && kind != UnitKind.MDEV && kind != UnitKind.MIG;
  }
}
