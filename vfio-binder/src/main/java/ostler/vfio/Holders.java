package ostler.vfio;

import ostler.root.Refusal;

/** The verb {@code holders}. */
final class Holders {

  private final HolderScan scan;

  Holders(HolderScan scan) {
    this.scan = scan;
  }

  /**
   * Says who has the group or a device of it open.
   *
   * @throws Refusal CANNOT_LOOK
   */
  Result.HeldBy holders(GroupNow group) throws Refusal {
    return new Result.HeldBy(scan.look(group));
  }
}
