package ostler.root;

/**
 * Why a verb refused or failed. The names are stable: callers act on them, and each has an exit
 * code of its own for scripts.
 */
public enum Code {
  /** The request is not one: the message names the field and the rule. */
  BAD_REQUEST(2),
  /** The device is not in the root-owned device file, or that file cannot be trusted. */
  NOT_LISTED(10),
  /** The IOMMU group, or the card in a slot, is not what the request says it is. */
  GROUP_CHANGED(11),
  /** A newer order has been seen for this device. */
  STALE_FENCE(12),
  /** Somebody has the group or one of its devices open. */
  HELD(13),
  /** Whether somebody holds it could not be found out. */
  CANNOT_LOOK(14),
  /** The host itself needs the device. */
  PROTECTED(15),
  /** Another verb is at work on the group, or stuck in it. */
  LOCKED(16),
  /** The kernel did not come back in time; the device counts as wedged until the next boot. */
  DEADLINE(17),
  /** The group is not wholly bound to vfio-pci and managed. */
  NOT_BOUND(18),
  /** Binding failed; everything is as it was before. */
  BIND_FAILED(19),
  /** Undoing failed: the group is between its drivers. */
  ROLLBACK_FAILED(20),
  /** The kernel cannot reset this device in the way that was asked for. */
  RESET_UNSUPPORTED(21),
  /** A reset was tried and did not succeed. */
  RESET_FAILED(22),
  /** There is no way known here to clear this device's memory. */
  SCRUB_UNSUPPORTED(24),
  /** Memory was not empty after it had been cleared. */
  RESIDUE(25),
  /** A control failed: the verifier cannot see, or cannot fail. */
  CONTROL_FAILED(26),
  /** The guard does not answer. */
  GUARD_ABSENT(27),
  /** A file of this program's own could not be read or written. */
  JOURNAL_FAILED(28),
  /** The device is no longer there, or no longer answers. */
  DEVICE_GONE(29),
  /** The kernel would refuse to pass the group through. */
  NOT_VIABLE(30),
  /** The machine has no IOMMU at work for this device. */
  NO_IOMMU(31),
  /** The group is permitted to a claim. */
  PERMITTED(32),
  /** The kernel's vfio-pci driver is not loaded. */
  VFIO_ABSENT(33),
  /** Virtual functions or mediated devices exist on the device. */
  SLICED(34),
  /** The group was worked on by hand since it was last wiped. */
  VOIDED(35),
  /** Nobody has the group open, so there is nobody to adopt. */
  NOT_HELD(36),
  /** The host cannot make one more slice of this type now. */
  NO_INSTANCE(40),
  /** The operator's file allows no more slices of this type on this device. */
  CAPPED(41),
  /** The device offers no such type of slice, or the type has another name than was expected. */
  UNKNOWN_TYPE(42),
  /** The device makes no slices of this kind. */
  UNSUPPORTED(43),
  /** A slice of this id, or at this place, exists already and is another. */
  SLICE_EXISTS(44),
  /** The slice is on the host, but was not made by this program's orders. */
  NOT_OURS(45),
  /** The slice was removed before; its id is never used again. */
  RETIRED(46),
  /** A slice could not be created; nothing of it is left. */
  CREATE_FAILED(47),
  /** A slice could not be removed, or is still there. */
  REMOVE_FAILED(48),
  /** The number of virtual functions could not be set. */
  FUNCTIONS_FAILED(49),
  /** The device is bound to vfio-pci, and so cannot have slices. */
  BOUND(50),
  /** The operator's file about slices cannot be trusted or read. */
  BAD_LIMITS(51),
  /** There is no such slice in the books, or it is not on the host. */
  NO_SLICE(52),
  /** The card's MIG mode could not be set. */
  MIG_MODE_FAILED(60),
  /** The kernel's words are not known here. */
  UNKNOWN_KERNEL_ERROR(99);

  private final int exitCode;

  Code(int exitCode) {
    this.exitCode = exitCode;
  }

  /** What the process exits with, 2 to 99. */
  public int exitCode() {
    return exitCode;
  }
}
