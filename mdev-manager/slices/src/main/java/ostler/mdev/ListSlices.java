package ostler.mdev;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import ostler.inventory.DeviceUuid;
import ostler.inventory.Fence;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.Devices;
import ostler.root.Holder;
import ostler.root.KernelException;
import ostler.root.Refusal;

/** The verb {@code list}. */
final class ListSlices {

  private final Host host;
  private final Users users;
  private final Capacity capacity;
  private final Devices devices;

  ListSlices(Host host, Users users, Capacity capacity, Devices devices) {
    this.host = host;
    this.users = users;
    this.capacity = capacity;
    this.devices = devices;
  }

  /** Says how a device stands; what cannot be found out is said with its reason. */
  Result.Standing standing(ParentRecord record) {
    try {
      return seen(record);
    } catch (KernelException e) {
      return unseen(
          record, new Refusal(Code.CANNOT_LOOK, e, "What is on it could not be found out."));
    }
  }

  /** A device of the books of which nothing could be found out. */
  Result.Standing unseen(ParentRecord record, Refusal why) {
    return new Result.Standing(
        record,
        devices.driver(record.parent()),
        OptionalInt.empty(),
        functions(record),
        true,
        List.of(),
        List.of(),
        List.of(),
        newest(record),
        Optional.of(why));
  }

  /** None where not even that can be seen, which the problem beside it says. */
  private List<PciAddress> functions(ParentRecord record) {
    try {
      return host.sriov().functions(record.parent());
    } catch (KernelException e) {
      return List.of();
    }
  }

  private Result.Standing seen(ParentRecord record) throws KernelException {
    List<Result.Seen> slices = new ArrayList<>();
    for (Slice slice : record.slices()) {
      slices.add(
          new Result.Seen(
              slice,
              host.look(slice, record.parent()),
              holders(record, slice),
              handle(record, slice)));
    }
    List<Present> foreign =
        host.present(record.parent()).stream()
            .filter(one -> record.slices().stream().noneMatch(s -> one.is(s, record.parent())))
            .toList();
    return new Result.Standing(
        record,
        devices.driver(record.parent()),
        host.sriov().total(record.parent()),
        host.sriov().functions(record.parent()),
        capacity.lacks(record),
        slices,
        foreign,
        capacity.offers(record),
        newest(record),
        Optional.empty());
  }

  private Optional<DeviceUuid> handle(ParentRecord record, Slice slice) throws KernelException {
    return slice.wish().kind() == SliceKind.MIG
        ? host.mig().handle(slice, record.parent())
        : Optional.empty();
  }

  private Optional<List<Holder>> holders(ParentRecord record, Slice slice) {
    try {
      return Optional.of(users.holders(slice, record.parent()));
    } catch (Refusal e) {
      return Optional.empty();
    }
  }

  private static Optional<Fence> newest(ParentRecord record) {
    return Stream.of(
            record.mark().stream(),
            record.slices().stream().flatMap(slice -> slice.mark().stream()),
            record.gone().stream().flatMap(gone -> gone.mark().stream()),
            record.marks().stream().map(FunctionMark::mark))
        .flatMap(marks -> marks)
        .map(Mark::fence)
        .max(Fence::compareTo);
  }
}
