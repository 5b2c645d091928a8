package ostler.vfio;

import java.util.Optional;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.root.PowerPolicy;

/**
 * How a device was before it was bound to vfio-pci, so that it can be given back exactly so.
 *
 * @param driver absent where none was bound, or where it is not known
 * @param driverKnown false where somebody else had bound it to vfio-pci before; it goes back to the
 *     driver that the kernel finds for it
 * @param override absent where none was set
 * @param power absent where the kernel has no such setting, as is mayLosePower
 */
record SavedState(
    PciAddress device,
    Optional<DriverName> driver,
    boolean driverKnown,
    Optional<DriverName> override,
    Optional<PowerPolicy> power,
    Optional<Boolean> mayLosePower) {

  /** The same of a device that a stranger bound: what it was before him is not known. */
  SavedState ofStranger() {
    return new SavedState(device, Optional.empty(), false, Optional.empty(), power, mayLosePower);
  }
}
