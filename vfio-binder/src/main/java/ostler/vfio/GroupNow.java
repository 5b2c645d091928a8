package ostler.vfio;

import java.util.List;
import java.util.Map;
import ostler.inventory.DeviceIdentity;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;

/**
 * An IOMMU group as sysfs shows it at this moment, with the members that were asked for.
 *
 * @param members its endpoints
 * @param bridges its other functions, which stay with the host
 */
record GroupNow(
    IommuGroup number,
    Members members,
    List<PciAddress> bridges,
    Map<PciAddress, DeviceIdentity> identities) {

  GroupNow {
    bridges = List.copyOf(bridges);
    identities = Map.copyOf(identities);
  }
}
