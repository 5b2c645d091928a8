package ostler.agent.reconcile;

import java.util.Objects;
import java.util.Optional;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;

/**
 * What one look shows of a whole unit as something that can be cut into slices.
 *
 * @param parent the function that slices are cut from
 * @param driver that has it
 * @param sriov whether it can have virtual functions
 * @param functions how many virtual functions it has
 * @param slices how many slices of it may be on the host, by the journal
 */
record Card(
    PciAddress parent, Optional<DriverName> driver, boolean sriov, int functions, int slices) {
  Card {
    Objects.requireNonNull(parent);
    Objects.requireNonNull(driver);
  }
}
