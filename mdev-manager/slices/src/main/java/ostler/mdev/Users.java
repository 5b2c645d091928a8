package ostler.mdev;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.root.Attribute;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.DeviceNodes;
import ostler.root.Devices;
import ostler.root.Grip;
import ostler.root.Holder;
import ostler.root.KernelError;
import ostler.root.KernelException;
import ostler.root.KernelOperation;
import ostler.root.Layout;
import ostler.root.OpenFiles;
import ostler.root.Outside;
import ostler.root.Refusal;
import ostler.root.SeenHolders;

/** Who uses a slice. Removing one that somebody has open would wait for him without end. */
final class Users {

  /** How many of those who use something are named in one sentence. */
  private static final int MAX_NAMED = 4;

  private final Layout layout;
  private final int owner;
  private final Deadline deadline;
  private final Devices devices;
  private final SliceGuard guard;
  private final MigInstances mig;

  Users(Outside outside, Deadline deadline, SliceGuard guard, MigInstances mig) {
    this.layout = outside.layout();
    this.owner = outside.owner();
    this.deadline = deadline;
    this.devices = new Devices(layout, deadline);
    this.guard = guard;
    this.mig = mig;
  }

  /** What is done while nobody uses a slice. */
  @FunctionalInterface
  interface Work {
    void run() throws Refusal, KernelException;
  }

  /**
   * Works on a slice that nobody has open, and lets nobody open it meanwhile. The names come from
   * /proc, which does not show all who might; the kernel lets only one open a vfio group, so the
   * proof is that the guard has it open, or else to open it. A MIG instance has no group; there the
   * proof is that NVML, which names who works on it, destroys none that is in use.
   *
   * @throws Refusal HELD, CANNOT_LOOK, and the work's own
   */
  void alone(Slice slice, PciAddress parent, Work work) throws Refusal, KernelException {
    requireFree(slice, parent);
    if (guard.tell(slice)) {
      work.run();
      return;
    }
    PciAddress place = slice.wish().place(parent);
    Optional<Grip> grip = take(groupOf(slice, parent), slice, place);
    try {
      work.run();
    } finally {
      if (grip.isPresent() && !deadline.isStuck()) {
        deadline.during(KernelOperation.OPEN_GROUP, place, () -> grip.get().close());
      }
    }
  }

  /**
   * Lets pass only virtual functions that nobody uses: no process, no driver of the host's, and not
   * the program for whole devices.
   *
   * @throws Refusal HELD, CANNOT_LOOK
   */
  void requireUnused(PciAddress function) throws Refusal {
    if (managed().contains(function)) {
      throw new Refusal(
          Code.HELD,
          "%s is in the hands of ostler-vfio. Have it released there first.".formatted(function));
    }
    boolean sliced =
        Files.exists(layout.mediatedTypes(function))
            || Files.exists(layout.attribute(function, Attribute.CURRENT_VGPU_TYPE));
    if (devices.driver(function).isPresent() && !sliced) {
      throw new Refusal(
          Code.HELD,
          "%s is bound to the host's driver %s. Unbind it first; nothing was changed."
              .formatted(function, devices.driver(function).get()));
    }
    try {
      requireNone(holders(devices.readGroup(function), List.of(function)), function.toString());
    } catch (IOException e) {
      throw unreadable(function.toString(), e);
    }
  }

  /**
   * Lets pass only a slice that nobody but the guard is seen to have open.
   *
   * @throws Refusal HELD, CANNOT_LOOK
   */
  void requireFree(Slice slice, PciAddress parent) throws Refusal {
    requireNone(
        holders(slice, parent), "Slice " + slice.id() + " on " + slice.wish().place(parent));
  }

  /**
   * Whoever but the guard is seen to have a slice open, or to work on it.
   *
   * @throws Refusal CANNOT_LOOK
   */
  List<Holder> holders(Slice slice, PciAddress parent) throws Refusal {
    if (slice.wish().kind() != SliceKind.MIG) {
      return holders(groupOf(slice, parent), slice.wish().function().stream().toList());
    }
    try {
      return mig.holders(slice, parent);
    } catch (KernelException e) {
      throw new Refusal(
          Code.CANNOT_LOOK,
          e,
          "Who works on slice %s is not known; nothing was changed.".formatted(slice.id()));
    }
  }

  /** What cannot be used through vfio has no group; one that cannot be read may well have users. */
  private Optional<IommuGroup> groupOf(Slice slice, PciAddress parent) throws Refusal {
    try {
      return slice.published(parent).group(layout);
    } catch (IOException e) {
      throw unreadable("slice " + slice.id(), e);
    }
  }

  private static Refusal unreadable(String what, IOException e) {
    return new Refusal(
        Code.CANNOT_LOOK,
        "The IOMMU group of %s cannot be read: %s. Nobody can say who uses it; nothing was changed."
            .formatted(what, KernelError.wordsOf(e)));
  }

  private static void requireNone(List<Holder> holders, String what) throws Refusal {
    if (!holders.isEmpty()) {
      throw held(what, holders);
    }
  }

  /**
   * Lets pass only a card that nobody works on.
   *
   * @param holders who does
   * @throws Refusal HELD
   */
  static void requireNone(PciAddress card, List<Holder> holders) throws Refusal {
    requireNone(holders, card.toString());
  }

  /** The refusal that names those who use something; of the first also by number. */
  private static Refusal held(String what, List<Holder> holders) {
    Holder first = holders.get(0);
    String names =
        holders.stream().limit(MAX_NAMED).map(Holder::toString).collect(Collectors.joining(", "));
    String more =
        holders.size() > MAX_NAMED ? " and %d more".formatted(holders.size() - MAX_NAMED) : "";
    return new Refusal(
        Code.HELD,
        "%s is held by %s%s. Stop that first; nothing was changed.".formatted(what, names, more),
        Map.of("pid", first.pid(), "command", first.command(), "file", first.file()));
  }

  private List<Holder> holders(Optional<IommuGroup> group, Collection<PciAddress> nodes)
      throws Refusal {
    if (group.isEmpty()) {
      return List.of();
    }
    try {
      DeviceNodes of = DeviceNodes.of(group.get(), nodes, layout);
      return SeenHolders.of(of, OpenFiles.scan(layout), layout, owner).holders();
    } catch (IOException e) {
      throw new Refusal(
          Code.CANNOT_LOOK,
          "Who has IOMMU group %s open could not be found out: %s. Run this as root, where all of /proc can be seen."
              .formatted(group.get(), KernelError.wordsOf(e)));
    }
  }

  private Optional<Grip> take(Optional<IommuGroup> group, Slice slice, PciAddress place)
      throws Refusal {
    if (group.isEmpty() || !Files.exists(layout.groupNode(group.get()))) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          deadline.within(KernelOperation.OPEN_GROUP, place, () -> Grip.of(group.get(), layout)));
    } catch (KernelException e) {
      throw new Refusal(
          Code.HELD,
          e,
          "Somebody has slice %s open without showing it. Find out who; nothing was changed."
              .formatted(slice.id()));
    }
  }

  /** The devices that the program for whole devices has in its hands. */
  private Set<PciAddress> managed() throws Refusal {
    Set<PciAddress> managed = new HashSet<>();
    try {
      for (String line : Files.readAllLines(layout.managedList(), StandardCharsets.US_ASCII)) {
        PciAddress.tryParse(line.strip()).ifPresent(managed::add);
      }
      return managed;
    } catch (NoSuchFileException e) {
      return managed;
    } catch (IOException e) {
      throw new Refusal(
          Code.CANNOT_LOOK,
          "What ostler-vfio has in its hands could not be found out: %s."
              .formatted(KernelError.wordsOf(e)));
    }
  }
}
