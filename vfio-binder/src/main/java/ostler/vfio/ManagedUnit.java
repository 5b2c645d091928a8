package ostler.vfio;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Tenant;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.Permission;
import ostler.root.Refusal;

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

  /**
   * Lets pass only the cards that were bound.
   *
   * @throws Refusal GROUP_CHANGED
   */
  void requireSameCards(GroupNow group) throws Refusal {
    if (isAnother(group)) {
      throw new Refusal(
          Code.GROUP_CHANGED,
          "Another card sits in a slot of %s than the one that was bound. Release the unit, and admit the new card."
              .formatted(members));
    }
  }

  /**
   * Lets pass only a unit that no other tenant may have.
   *
   * @throws Refusal PERMITTED
   */
  void requireNobodyElses(Tenant tenant) throws Refusal {
    if (permission.filter(its -> !its.equals(Permission.of(tenant))).isPresent()) {
      throw new Refusal(
          Code.PERMITTED,
          "%s is permitted to claim %s already. Have that released first."
              .formatted(members, permission.get().tenant().claim()));
    }
  }

  /** Whether another card now sits in a slot of the unit. */
  boolean isAnother(GroupNow group) {
    return group.identities().entrySet().stream()
        .anyMatch(now -> now.getValue().contradicts(identities.get(now.getKey())));
  }
}
