package ostler.vfio;

import java.util.Optional;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;

/**
 * How a device was before it was bound to vfio-pci, so that it can be given back exactly so.
 *
 * @param driver absent where none was bound
 * @param override absent where none was set
 * @param power absent where the kernel has no such setting, as is mayLosePower
 */
record SavedState(
    PciAddress device,
    Optional<DriverName> driver,
    Optional<DriverName> override,
    Optional<PowerPolicy> power,
    Optional<Boolean> mayLosePower) {}
