package ostler.vfio;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.DeviceNodes;
import ostler.root.Grip;
import ostler.root.GuardCall;
import ostler.root.Holder;
import ostler.root.KernelError;
import ostler.root.KernelException;
import ostler.root.KernelOperation;
import ostler.root.Layout;
import ostler.root.OpenFiles;
import ostler.root.Outside;
import ostler.root.PublishedSlice;
import ostler.root.Refusal;
import ostler.root.SeenHolders;
import ostler.root.SliceList;
import ostler.root.Wedged;

/**
 * The guard's hands on slices: it has the group of every slice on the list without a permit open.
 * The list is the other root program's; what is on it no more is let go of.
 */
final class SliceGuard implements AutoCloseable {

  private final Outside outside;
  private final Layout layout;
  private final Map<UUID, Hold> holds = new HashMap<>();
  private final Map<UUID, Refusal> problems = new HashMap<>();

  SliceGuard(Outside outside) {
    this.outside = outside;
    this.layout = outside.layout();
  }

  /** A slice made anew may have another group than the one that is held, or the same number. */
  private record Hold(IommuGroup group, Grip grip) {
    boolean isOf(IommuGroup now) throws IOException {
      return group.equals(now) && grip.isFirm();
    }
  }

  /** Whether everything that is to be guarded is. */
  boolean isWell() {
    return problems.isEmpty();
  }

  /** Looks again at one slice. */
  GuardCall.Answer sync(UUID slice) {
    try {
      follow(slice, list().find(slice));
    } catch (Refusal e) {
      problems.put(slice, e);
    }
    return new GuardCall.Answer(holds.containsKey(slice), Optional.ofNullable(problems.get(slice)));
  }

  /** Looks again at all; of a list that cannot be read, what is held stays held. */
  void takeAll() {
    try {
      List<PublishedSlice> slices = list().slices();
      Set<UUID> known = new HashSet<>(holds.keySet());
      known.addAll(problems.keySet());
      for (PublishedSlice one : slices) {
        follow(one.slice(), Optional.of(one));
        known.remove(one.slice());
      }
      known.forEach(gone -> follow(gone, Optional.empty()));
    } catch (Refusal e) {
      System.err.println(e.getMessage());
    }
  }

  /** How each slice on the list stands, after another look. */
  List<GuardedSlice> status(Optional<OpenFiles> files) throws Refusal {
    List<GuardedSlice> slices = new ArrayList<>();
    for (PublishedSlice one : list().slices()) {
      follow(one.slice(), Optional.of(one));
      slices.add(status(one, files));
    }
    return slices;
  }

  @Override
  public void close() throws IOException {
    for (Hold hold : holds.values()) {
      hold.grip().close();
    }
  }

  private SliceList list() throws Refusal {
    return SliceList.read(layout, outside.owner());
  }

  private void follow(UUID id, Optional<PublishedSlice> slice) {
    problems.remove(id);
    try {
      if (slice.filter(PublishedSlice::isToBeGuarded).isPresent()) {
        hold(slice.get());
      } else {
        letGo(id);
      }
    } catch (Refusal e) {
      problems.put(id, e);
    } catch (Wedged e) {
      problems.put(id, new Refusal(Code.DEADLINE, e.getMessage()));
    } catch (IOException e) {
      problems.put(id, cannot(id, KernelError.of(e), KernelError.wordsOf(e)));
    } catch (KernelException e) {
      problems.put(id, cannot(id, e.error(), e.getMessage()));
    }
  }

  private void hold(PublishedSlice slice) throws Refusal, KernelException, IOException {
    IommuGroup group = groupOf(slice);
    Hold held = holds.get(slice.slice());
    if (held != null && held.isOf(group)) {
      return;
    }
    // A deadline of its own for each, so that one device that hangs costs no other its guard.
    Deadline deadline = new Deadline(outside.pace());
    Grip fresh =
        deadline.within(KernelOperation.OPEN_GROUP, slice.place(), () -> Grip.of(group, layout));
    letGo(slice.slice());
    holds.put(slice.slice(), new Hold(group, fresh));
  }

  private IommuGroup groupOf(PublishedSlice slice) throws Refusal, IOException {
    if (!slice.isThere(layout)) {
      letGo(slice.slice());
      throw new Refusal(
          Code.NO_SLICE,
          "Slice %s is not on %s now, so there is nothing to guard. After a reboot it has to be restored."
              .formatted(slice.slice(), slice.place()));
    }
    if (!slice.isOnItsParent(layout)) {
      letGo(slice.slice());
      throw new Refusal(
          Code.GROUP_CHANGED,
          "%s is no virtual function of %s now, and slice %s is not guarded. Look at the host."
              .formatted(slice.place(), slice.parent(), slice.slice()));
    }
    Optional<IommuGroup> group = slice.group(layout);
    if (group.isEmpty()) {
      letGo(slice.slice());
      throw notVfio(slice.slice());
    }
    return group.get();
  }

  private void letGo(UUID id) throws IOException {
    Hold held = holds.remove(id);
    if (held != null) {
      held.grip().close();
    }
  }

  private static Refusal notVfio(UUID id) {
    return new Refusal(
        Code.NOT_BOUND,
        "Slice %s has no vfio group, so nobody can use it and nobody can guard it. See whether its vendor's driver for vfio is loaded and bound."
            .formatted(id));
  }

  private static Refusal cannot(UUID id, KernelError error, String words) {
    return switch (error) {
      case EBUSY ->
          new Refusal(
              Code.HELD,
              "Somebody else has the group of slice %s open. Stop whoever that is.".formatted(id));
      case ENOENT -> notVfio(id);
      default ->
          new Refusal(
              Code.UNKNOWN_KERNEL_ERROR,
              "The group of slice %s cannot be guarded: %s.".formatted(id, words));
    };
  }

  private GuardedSlice status(PublishedSlice slice, Optional<OpenFiles> files) {
    Optional<Refusal> problem = Optional.ofNullable(problems.get(slice.slice()));
    boolean guarded = holds.containsKey(slice.slice());
    try {
      Optional<IommuGroup> group = slice.group(layout);
      return new GuardedSlice(slice, group, guarded, holders(slice, group, files), problem);
    } catch (IOException e) {
      return new GuardedSlice(slice, Optional.empty(), guarded, Optional.empty(), problem);
    }
  }

  /** What is not there is held by nobody. */
  private Optional<List<Holder>> holders(
      PublishedSlice slice, Optional<IommuGroup> group, Optional<OpenFiles> files)
      throws IOException {
    if (group.isEmpty() || files.isEmpty()) {
      return files.map(seen -> List.of());
    }
    List<PciAddress> nodes = slice.function().stream().toList();
    DeviceNodes of = DeviceNodes.of(group.get(), nodes, layout);
    return Optional.of(SeenHolders.of(of, files.get(), layout, outside.owner()).holders());
  }
}
