package ostler.inventory;

import java.util.Objects;
import ostler.pci.PciAddress;

/** One function of a unit: where it is expected, and which device it must be. */
public record UnitMember(PciAddress address, DeviceIdentity identity) {
  public UnitMember {
    Objects.requireNonNull(address);
    Objects.requireNonNull(identity);
  }
}
