package ostler.mdev;

import java.util.List;
import java.util.OptionalInt;
import ostler.inventory.MdevType;
import ostler.inventory.SlicePlacement;
import ostler.pci.PciAddress;

/**
 * A type of slice that could be made on a device now.
 *
 * @param type with the number that the host would make, over all places
 * @param limit the most that the operator allows; empty where nothing is said
 * @param available how many more may be made: the smaller of both
 * @param places where: the device itself or virtual functions
 * @param placements where on an empty card (MIG); empty for other kinds
 */
record Offer(
    SliceKind kind,
    MdevType type,
    OptionalInt limit,
    int available,
    List<PciAddress> places,
    List<SlicePlacement> placements) {

  Offer {
    places = List.copyOf(places);
    placements = List.copyOf(placements);
  }
}
