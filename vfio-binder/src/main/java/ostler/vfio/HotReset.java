package ostler.vfio;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import ostler.inventory.WipeStep;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.GuardProcess;
import ostler.root.KernelError;
import ostler.root.KernelException;
import ostler.root.KernelOperation;
import ostler.root.Layout;
import ostler.root.Outside;
import ostler.root.Refusal;
import ostler.vfio.scrub.VfioGroup;

/**
 * The verb {@code reset} by vfio's hot reset: the bus above the group is reset, all functions on it
 * at once. It is the only reset that a card with several functions has when none of them can be
 * reset alone, and the guard goes on holding the group all the while.
 */
final class HotReset {

  private final Layout layout;
  private final int owner;
  private final Clock clock;
  private final Deadline deadline;
  private final Resting resting;
  private final Journal journal;
  private final Quiesce quiesce;
  private final ResetMarks marks;

  HotReset(Outside outside, Deadline deadline, Resting resting, Journal journal) {
    this.layout = outside.layout();
    this.owner = outside.owner();
    this.clock = outside.clock();
    this.deadline = deadline;
    this.resting = resting;
    this.journal = journal;
    this.quiesce = new Quiesce(new ConfigSpace(layout, deadline));
    this.marks = new ResetMarks(layout, deadline);
  }

  /**
   * Resets the group.
   *
   * @throws Refusal RESET_UNSUPPORTED if the bus has devices of other groups or cannot be reset,
   *     RESET_FAILED, DEVICE_GONE, and what keeps the group from being touched
   */
  Result.Reset reset(Order order, GroupNow group) throws Refusal {
    resting.requireGuarded(group);
    try {
      return journal.during(order, open -> reset(group, open));
    } catch (KernelException e) {
      throw new Refusal(Code.RESET_FAILED, e, "See the kernel's log (dmesg).");
    }
  }

  private Result.Reset reset(GroupNow group, Journal.Open open) throws Refusal, KernelException {
    Steps steps = new Steps(clock);
    quiesce.all(group, open, steps);
    List<ResetMarks.Mark> made = new ArrayList<>();
    for (PciAddress member : group.members()) {
      marks.make(member, group.identities().get(member).id()).ifPresent(made::add);
    }
    open.step(JournalStep.Kind.RESET, group.members().first());
    steps.begin();
    VfioGroup held = hold(group);
    try {
      requireAlone(group, held);
      run(KernelOperation.RESET, group, held::resetBus);
      evidence(group, made, steps);
    } finally {
      run(KernelOperation.OPEN_GROUP, group, held::close);
    }
    return new Result.Reset(steps.done());
  }

  private VfioGroup hold(GroupNow group) throws Refusal, KernelException {
    try {
      GuardProcess guard = GuardProcess.running(layout, owner).orElseThrow(() -> gone(group));
      int descriptor = descriptor(guard, group).orElseThrow(() -> gone(group));
      return deadline.within(
          KernelOperation.OPEN_GROUP,
          group.members().first(),
          () ->
              new VfioGroup(
                  layout.vfioContainer(), guard.pid(), descriptor, group.members().first()));
    } catch (IOException e) {
      throw new Refusal(
          Code.CANNOT_LOOK,
          "The guard's hold on %s could not be found: %s."
              .formatted(group.members(), KernelError.wordsOf(e)));
    }
  }

  private static Refusal gone(GroupNow group) {
    return new Refusal(
        Code.GUARD_ABSENT,
        "The guard does not hold %s. Start it (systemctl start ostler-guard)."
            .formatted(group.members()));
  }

  /** Which of the guard's descriptors is the group that is there now. */
  private Optional<Integer> descriptor(GuardProcess guard, GroupNow group) throws IOException {
    Object node = Files.getAttribute(layout.groupNode(group.number()), "unix:rdev");
    Path folder = layout.proc().resolve(Long.toString(guard.pid())).resolve("fd");
    try (DirectoryStream<Path> links = Files.newDirectoryStream(folder)) {
      for (Path link : links) {
        if (Files.readSymbolicLink(link).startsWith("/dev/vfio")
            && Files.getAttribute(link, "unix:rdev").equals(node)) {
          return Optional.of(Integer.valueOf(link.getFileName().toString()));
        }
      }
    }
    return Optional.empty();
  }

  private void requireAlone(GroupNow group, VfioGroup held) throws Refusal, KernelException {
    Set<Integer> affected =
        deadline.within(KernelOperation.RESET, group.members().first(), held::affectedGroups);
    if (!affected.equals(Set.of(group.number().number()))) {
      throw new Refusal(
          Code.RESET_UNSUPPORTED,
          "A reset of the bus of %s would reach the IOMMU groups %s as well. Choose another method."
              .formatted(group.members(), affected));
    }
  }

  /** One function that shows the reset of the bus shows it for all that are on that bus. */
  private void evidence(GroupNow group, List<ResetMarks.Mark> made, Steps steps)
      throws Refusal, KernelException {
    for (PciAddress member : group.members()) {
      Optional<ResetMarks.Mark> mark =
          made.stream()
              .filter(m -> m.device().busName().equals(member.busName()))
              .max((a, b) -> Boolean.compare(a.device().equals(member), b.device().equals(member)));
      Map<String, Object> seen = new TreeMap<>(quiesce.alive(member));
      seen.put("method", "hot");
      seen.putAll(marks.outcome(mark));
      mark.ifPresent(its -> seen.put("marked", its.device().toString()));
      steps.ok(WipeStep.Kind.RESET, member, seen);
    }
  }

  private void run(KernelOperation operation, GroupNow group, Deadline.Act act)
      throws KernelException {
    deadline.during(operation, group.members().first(), act);
  }
}
