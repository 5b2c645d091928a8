package ostler.agent.reconcile;

/** Whether a unit's devices are where they are expected. Later constants weigh more. */
enum Presence {
  /** All members are there, and they are one group's endpoints. */
  HERE,
  /** Nothing can be said: a device could not be read, or the scan was not complete. */
  NOT_SEEN,
  /** A complete scan does not have a member. */
  MISSING,
  /** At a member's address sits another device. */
  OTHER_DEVICE,
  /** The members are not one group's endpoints any more. */
  OTHER_GROUP,
  /** The members are in no group: there is no IOMMU that keeps them apart. */
  NO_GROUP
}
