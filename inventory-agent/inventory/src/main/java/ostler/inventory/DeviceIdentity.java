package ostler.inventory;

import java.util.Objects;
import java.util.Optional;
import ostler.pci.PciId;

/**
 * Which device this is, wherever it is found. A wipe record holds for an identity, never for an
 * address: another card of the same model may sit there after the next boot.
 *
 * <p>Serial number and UUID are known only while a driver that tells them is bound, so two readings
 * of one card may differ in them by absence: see {@link #contradicts}.
 *
 * @param id vendor and device number
 * @param subsystem who built the board, absent where the function does not say (bridges, or
 *     0000:0000)
 * @param revision 0 to 255
 * @param slot the physical slot, where the machine names its slots
 */
public record DeviceIdentity(
    PciId id,
    Optional<PciId> subsystem,
    int revision,
    Optional<SerialNumber> serial,
    Optional<DeviceUuid> uuid,
    Optional<SlotName> slot) {

  private static final int MAX_REVISION = 0xff;

  public DeviceIdentity {
    Objects.requireNonNull(id);
    Objects.requireNonNull(subsystem);
    Objects.requireNonNull(serial);
    Objects.requireNonNull(uuid);
    Objects.requireNonNull(slot);
    if (revision < 0 || revision > MAX_REVISION) {
      throw new IllegalArgumentException("a revision is 0 to 255, not " + revision);
    }
  }

  /** An identity of which only the model is known. */
  public static DeviceIdentity ofModel(PciId id) {
    return new DeviceIdentity(
        id, Optional.empty(), 0, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same device, with the serial number that a driver told. */
  public DeviceIdentity withSerial(SerialNumber told) {
    return new DeviceIdentity(id, subsystem, revision, Optional.of(told), uuid, slot);
  }

  /** The same device, with the UUID that a driver told. */
  public DeviceIdentity withUuid(DeviceUuid told) {
    return new DeviceIdentity(id, subsystem, revision, serial, Optional.of(told), slot);
  }

  /** The same device, with the slot that the machine's firmware named. */
  public DeviceIdentity withSlot(SlotName told) {
    return new DeviceIdentity(id, subsystem, revision, serial, uuid, Optional.of(told));
  }

  /**
   * Whether the two cannot be one device: another model, board or revision, or a serial number or
   * UUID that both know and that differ. What only one of them knows contradicts nothing, and the
   * slot does not count, since a card may be moved.
   */
  public boolean contradicts(DeviceIdentity other) {
    return !id.equals(other.id)
        || !subsystem.equals(other.subsystem)
        || revision != other.revision
        || differ(serial, other.serial)
        || differ(uuid, other.uuid);
  }

  private static <T> boolean differ(Optional<T> one, Optional<T> other) {
    return one.isPresent() && other.isPresent() && !one.equals(other);
  }
}
