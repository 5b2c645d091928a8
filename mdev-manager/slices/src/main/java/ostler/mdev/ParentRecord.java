package ostler.mdev;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Fence;
import ostler.pci.PciAddress;
import ostler.root.PublishedSlice;

/**
 * All that the books say of one device that has slices. It is one file, replaced at once, so that
 * no kill leaves one half of it.
 *
 * @param identity the card that the last order found at this address
 * @param mark of the last order for the device as a whole
 * @param floor the highest fence of what was forgotten among the gone: nothing older may create
 * @param functions absent where nobody has ordered any
 * @param marks of virtual functions
 */
record ParentRecord(
    PciAddress parent,
    DeviceIdentity identity,
    Optional<Mark> mark,
    Optional<Fence> floor,
    Optional<Functions> functions,
    List<Slice> slices,
    List<Gone> gone,
    List<FunctionMark> marks) {

  /** How many ids that are used up are kept; the fence of older ones becomes the floor. */
  static final int MAX_GONE = 512;

  ParentRecord {
    slices = List.copyOf(slices);
    gone = List.copyOf(gone);
    marks = List.copyOf(marks);
  }

  /** Of a device that nothing is known of. */
  static ParentRecord blank(PciAddress parent, DeviceIdentity identity) {
    return new ParentRecord(
        parent,
        identity,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of());
  }

  Optional<Slice> slice(SliceId id) {
    return slices.stream().filter(slice -> slice.id().equals(id)).findFirst();
  }

  /** The slice that is made on a virtual function of its own. */
  Optional<Slice> on(PciAddress function) {
    return slices.stream()
        .filter(slice -> slice.wish().function().equals(Optional.of(function)))
        .findFirst();
  }

  boolean isGone(SliceId id) {
    return gone.stream().anyMatch(one -> one.id().equals(id));
  }

  /** With the slice as it is now, in place of how it was, and its last order for its path too. */
  ParentRecord put(Slice slice) {
    List<Slice> next = new ArrayList<>(without(slice.id()));
    next.add(slice);
    return with(next, gone, floor).onPath(slice.id(), slice.mark());
  }

  /** The slices that somebody may open through vfio, as the guard and the hook know them. */
  List<PublishedSlice> published() {
    return slices.stream()
        .filter(slice -> slice.wish().kind().isGuarded())
        .map(slice -> slice.published(parent))
        .toList();
  }

  /** Without a slice that was never made, as if it had not been asked for. */
  ParentRecord drop(SliceId id) {
    return with(without(id), gone, floor);
  }

  /** Without the slice, whose id is used up; a late order for its path is known by the mark. */
  ParentRecord retire(SliceId id, Optional<Mark> by) {
    List<Gone> next = new ArrayList<>(gone.stream().filter(one -> !one.id().equals(id)).toList());
    next.add(new Gone(id, by));
    Optional<Fence> higher = floor;
    while (next.size() > MAX_GONE) {
      higher = highest(higher, next.remove(0).mark().map(Mark::fence));
    }
    return onPath(id, by).with(without(id), next, higher);
  }

  /** The order is remembered for the path as well, which the next tenant gets. */
  private ParentRecord onPath(SliceId id, Optional<Mark> by) {
    Optional<PciAddress> path =
        slice(id)
            .map(Slice::wish)
            .filter(its -> its.kind().takesFunction())
            .flatMap(Wish::function);
    return path.isPresent() && by.isPresent()
        ? mark(new FunctionMark(path.get(), id, by.get()))
        : this;
  }

  /** With a virtual function's last order. */
  ParentRecord mark(FunctionMark made) {
    List<FunctionMark> next =
        new ArrayList<>(
            marks.stream().filter(one -> !one.function().equals(made.function())).toList());
    next.add(made);
    return new ParentRecord(parent, identity, mark, floor, functions, slices, gone, next);
  }

  /**
   * With another card in its slot, of which nothing was ordered yet. What makes late orders known
   * for such stays: orders name the slot.
   */
  ParentRecord of(DeviceIdentity found) {
    return new ParentRecord(parent, found, mark, floor, Optional.empty(), List.of(), gone, marks);
  }

  ParentRecord with(Functions now) {
    return new ParentRecord(parent, identity, mark, floor, Optional.of(now), slices, gone, marks);
  }

  ParentRecord with(Optional<Mark> next) {
    return new ParentRecord(
        parent, identity, next.or(() -> mark), floor, functions, slices, gone, marks);
  }

  /**
   * The mark that forbids an order for a slice, which is newer than it; empty where it may pass.
   *
   * @param function on which it is, or shall be made
   */
  Optional<Mark> overtaking(SliceId id, Optional<PciAddress> function, Mark order) {
    Stream<Mark> whole = mark.stream().filter(one -> order.fence().isOlderThan(one.fence()));
    Stream<Mark> lost =
        floor.stream()
            .filter(fence -> slice(id).isEmpty() && order.fence().isOlderThan(fence))
            .map(fence -> new Mark(fence, Verb.REMOVE));
    Stream<Mark> own =
        Stream.concat(
                slices.stream().filter(one -> one.id().equals(id)).flatMap(s -> s.mark().stream()),
                gone.stream().filter(one -> one.id().equals(id)).flatMap(g -> g.mark().stream()))
            .filter(one -> !one.allows(order));
    Stream<Mark> path =
        marks.stream()
            .filter(one -> function.equals(Optional.of(one.function())))
            .filter(one -> !isMadeAnew(one, id, order))
            .filter(one -> !one.mark().allows(order) || isOthers(one, id, order))
            .map(FunctionMark::mark);
    return Stream.of(whole, lost, own, path).flatMap(marks -> marks).findFirst();
  }

  /** As for one slice, for an order for the whole device: nothing on it may be newer. */
  Optional<Mark> overtaking(Mark order) {
    return Stream.of(
            mark.stream().filter(one -> !one.allows(order)),
            Stream.of(
                    slices.stream().flatMap(slice -> slice.mark().stream()),
                    gone.stream().flatMap(one -> one.mark().stream()),
                    marks.stream().map(FunctionMark::mark))
                .flatMap(every -> every)
                .filter(one -> order.fence().isOlderThan(one.fence())))
        .flatMap(every -> every)
        .findFirst();
  }

  /** One order to clean a function has its slice removed, and then another made. */
  private static boolean isMadeAnew(FunctionMark last, SliceId id, Mark order) {
    return last.mark().equals(new Mark(order.fence(), Verb.REMOVE))
        && order.verb() == Verb.CREATE
        && !last.slice().equals(id);
  }

  private static boolean isOthers(FunctionMark last, SliceId id, Mark order) {
    return last.mark().equals(order) && !last.slice().equals(id);
  }

  private List<Slice> without(SliceId id) {
    return slices.stream().filter(slice -> !slice.id().equals(id)).toList();
  }

  private ParentRecord with(List<Slice> next, List<Gone> used, Optional<Fence> lowest) {
    return new ParentRecord(parent, identity, mark, lowest, functions, next, used, marks);
  }

  private static Optional<Fence> highest(Optional<Fence> one, Optional<Fence> other) {
    return Stream.concat(one.stream(), other.stream()).max(Fence::compareTo);
  }
}
