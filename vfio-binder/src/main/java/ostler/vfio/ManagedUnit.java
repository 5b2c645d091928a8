package ostler.vfio;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.inventory.DeviceIdentity;
import ostler.pci.PciAddress;

/**
 * A unit in this program's hands, as it is kept on disk.
 *
 * @param identities the cards that were bound, so that another card in the slot is known for one
 * @param permission absent while the unit rests
 */
record ManagedUnit(
    Members members,
    Map<PciAddress, DeviceIdentity> identities,
    List<SavedState> saved,
    Phase phase,
    Optional<Permission> permission) {

  /** Between which drivers it is. */
  enum Phase {
    /** On its way to vfio-pci for the first time; what is not there yet goes back if it fails. */
    BINDING,
    /** On vfio-pci, or to be there: after a reboot it has to be bound again. */
    BOUND,
    /** On its way back to its own drivers. */
    RELEASING
  }

  ManagedUnit {
    identities = Map.copyOf(identities);
    saved = List.copyOf(saved);
  }

  ManagedUnit in(Phase next) {
    return new ManagedUnit(members, identities, saved, next, permission);
  }

  ManagedUnit with(Optional<Permission> next) {
    return new ManagedUnit(members, identities, saved, phase, next);
  }

  /** Whether the guard is to keep everybody out. */
  boolean isToBeGuarded() {
    return phase == Phase.BOUND && permission.map(Permission::closing).orElse(true);
  }

  /** Whether another card now sits in a slot of the unit. */
  boolean isAnother(GroupNow group) {
    return group.identities().entrySet().stream()
        .anyMatch(now -> now.getValue().contradicts(identities.get(now.getKey())));
  }
}
