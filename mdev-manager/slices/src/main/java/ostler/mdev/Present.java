package ostler.mdev;

import java.util.Optional;
import java.util.UUID;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SlicePlacement;
import ostler.pci.PciAddress;

/**
 * A slice as the host shows it, whoever made it.
 *
 * @param place the device that it is on
 * @param placement where on the card (MIG)
 * @param uuid the kernel's name of a mediated device; whoever made it may not have drawn it
 */
record Present(
    SliceKind kind,
    PciAddress place,
    Optional<UUID> uuid,
    Optional<MdevTypeId> type,
    Optional<SlicePlacement> placement) {

  /** One that takes its whole place. */
  Present(SliceKind kind, PciAddress place, Optional<UUID> uuid, Optional<MdevTypeId> type) {
    this(kind, place, uuid, type, Optional.empty());
  }

  /** Whether this is what the books mean by that slice. */
  boolean is(Slice slice, PciAddress parent) {
    boolean samePlace =
        slice.wish().place(parent).equals(place) && slice.wish().placement().equals(placement);
    return slice.wish().kind() == kind && uuid.map(slice.id().value()::equals).orElse(samePlace);
  }
}
