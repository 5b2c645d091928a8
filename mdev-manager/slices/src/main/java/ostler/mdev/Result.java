package ostler.mdev;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import ostler.inventory.DeviceUuid;
import ostler.inventory.Fence;
import ostler.nvml.MigMode;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.root.Holder;
import ostler.root.Refusal;

/** What a verb has to say when it did what it was asked. */
sealed interface Result {

  /** Of create: the slice, whether it is guarded, and what more could be made beside it. */
  record Made(Slice slice, boolean guarded, List<Offer> offers) implements Result {}

  record Removed(SliceId slice, List<Offer> offers) implements Result {}

  /** Of permit and forbid: whether the guard keeps everybody out now. */
  record Guarded(SliceId slice, boolean guarded) implements Result {}

  /** Of functions: how many were asked for, and those that there are. */
  record Counted(int asked, List<PciAddress> functions) implements Result {}

  /** Of mig-mode: whether the card can be cut into instances now, and after its next reset. */
  record Moded(MigMode mode) implements Result {}

  record Restored(List<SliceId> made, List<Failed> failed, List<Offer> offers) implements Result {}

  /** A slice that could not be made again, or is not guarded. */
  record Failed(SliceId slice, Refusal why) {}

  record Listed(List<Standing> parents) implements Result {}

  /**
   * How a device stands.
   *
   * @param driver absent where it has none
   * @param total how many virtual functions the hardware could have; empty without SR-IOV
   * @param functions those that there are
   * @param lacks whether something of the books is missing on the host, so that nothing is offered
   * @param foreign what is on the host and not in the books
   * @param fence the newest of anything on it
   * @param problem why the rest could not be found out
   */
  record Standing(
      ParentRecord record,
      Optional<DriverName> driver,
      OptionalInt total,
      List<PciAddress> functions,
      boolean lacks,
      List<Seen> slices,
      List<Present> foreign,
      List<Offer> offers,
      Optional<Fence> fence,
      Optional<Refusal> problem) {}

  /**
   * A slice of the books as it is seen now.
   *
   * @param handle what programs are given of it, where that is another than its id (MIG)
   * @param holders who has it open, or works on it; empty where that could not be found out
   */
  record Seen(
      Slice slice, Sight sight, Optional<List<Holder>> holders, Optional<DeviceUuid> handle) {}
}
