package ostler.mdev;

import java.util.List;
import ostler.inventory.MdevType;
import ostler.pci.PciAddress;
import ostler.root.KernelException;

/**
 * One of the kernel's ways to make slices. It does one thing at a time and decides nothing: what
 * may be done, and what an answer of the kernel means, is decided by the verbs.
 */
sealed interface Backend permits MediatedDevices, VendorFunctions, SriovFunctions, MigInstances {

  /** Whether a device makes slices in this way at all. */
  boolean isAt(PciAddress place);

  /** The types that a device offers, with how many more of each it could make at this moment. */
  List<MdevType> types(PciAddress place) throws KernelException;

  /** The slices that are on a device, whoever made them. */
  List<Present> present(PciAddress place) throws KernelException;

  /** What is where the slice should be. */
  Sight look(Slice slice, PciAddress parent) throws KernelException;

  /** Makes it; whether it is there afterwards has to be looked at. */
  void create(Slice slice, PciAddress parent) throws KernelException;

  /** Removes it; whether it is gone afterwards has to be looked at. */
  void remove(Slice slice, PciAddress parent) throws KernelException;
}
