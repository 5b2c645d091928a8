package ostler.mdev;

import java.util.Optional;
import ostler.inventory.MdevType;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SlicePlacement;
import ostler.pci.PciAddress;

/**
 * What slice is to be made, and where on its parent.
 *
 * @param function a virtual function of the parent, where the slice is made on one
 * @param type the host's name for its type, which may change with the driver's version
 * @param name what people call the type; where it is given, a type of another name is refused
 * @param define whether mdevctl shall find a definition of it; only for a mediated device
 * @param placement where on the card; only for MIG, and chosen here where nobody says
 */
record Wish(
    SliceKind kind,
    Optional<PciAddress> function,
    Optional<MdevTypeId> type,
    Optional<String> name,
    boolean define,
    Optional<SlicePlacement> placement) {

  Wish {
    require(function.isPresent() || !kind.takesFunction(), "a slice of this kind needs a function");
    require(type.isPresent() == kind.hasType(), "a type is for all kinds but sriov-vf, needed");
    require(name.isEmpty() || type.isPresent(), "a name goes with a type");
    require(
        name.isEmpty() || name.get().length() <= MdevType.MAX_TEXT_CHARS,
        "a type's name has at most " + MdevType.MAX_TEXT_CHARS + " characters");
    require(placement.isEmpty() || kind == SliceKind.MIG, "only MIG has placements");
    require(kind != SliceKind.MIG || function.isEmpty(), "MIG cuts the card, not a function");
    require(!define || kind == SliceKind.MDEV, "only a mediated device can be defined");
  }

  /** One without a placement, or whose placement is still to be chosen. */
  Wish(
      SliceKind kind,
      Optional<PciAddress> function,
      Optional<MdevTypeId> type,
      Optional<String> name,
      boolean define) {
    this(kind, function, type, name, define, Optional.empty());
  }

  /** Where it is made: on its function, or else on the parent itself. */
  PciAddress place(PciAddress parent) {
    return function.orElse(parent);
  }

  /** The same, with the name that the host has for its type. */
  Wish named(Optional<String> found) {
    return new Wish(kind, function, type, found, define, placement);
  }

  /** The same, where the host has another name for the type now. */
  Wish of(MdevTypeId now) {
    return new Wish(kind, function, Optional.of(now), name, define, placement);
  }

  /** The same at a placement. */
  Wish at(SlicePlacement chosen) {
    return new Wish(kind, function, type, name, define, Optional.of(chosen));
  }

  /** Whether the other asks for the same slice; what only one of them says makes no difference. */
  boolean agreesWith(Wish other) {
    boolean sameName = name.isEmpty() || other.name.isEmpty() || name.equals(other.name);
    boolean samePlacement =
        placement.isEmpty() || other.placement.isEmpty() || placement.equals(other.placement);
    return kind == other.kind
        && function.equals(other.function)
        && type.equals(other.type)
        && sameName
        && define == other.define
        && samePlacement;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
