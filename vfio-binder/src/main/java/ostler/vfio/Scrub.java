package ostler.vfio;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import ostler.inventory.WipeCoverage;
import ostler.pci.PciAddress;
import ostler.root.BarRange;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.Devices;
import ostler.root.KernelException;
import ostler.root.KernelOperation;
import ostler.root.Layout;
import ostler.root.Outside;
import ostler.root.Refusal;
import ostler.vfio.scrub.Nonce;
import ostler.vfio.scrub.Scrubber;

/** The verb {@code scrub}. */
final class Scrub {

  private static final int NONCE_BYTES = 16;

  private final Clock clock;
  private final RandomGenerator random;
  private final Layout layout;
  private final Deadline deadline;
  private final Resting resting;
  private final Journal journal;

  Scrub(Outside outside, Deadline deadline, Resting resting, Journal journal) {
    this.clock = outside.clock();
    this.random = outside.random();
    this.layout = outside.layout();
    this.deadline = deadline;
    this.resting = resting;
    this.journal = journal;
  }

  /**
   * Overwrites all memory of the group, and proves for each that it could be seen, that it is empty
   * now, and that the proof could have failed.
   *
   * @throws Refusal SCRUB_UNSUPPORTED, CONTROL_FAILED, RESIDUE, DEVICE_GONE, and what keeps the
   *     group from being touched
   */
  Result.Scrubbed scrub(Order order, GroupNow group, Optional<Nonce> canary) throws Refusal {
    resting.requireGuarded(group);
    try {
      ScrubPlan plan = ScrubPlan.of(members(group));
      Nonce nonce = canary.orElseGet(this::draw);
      return journal.during(order, open -> scrub(plan, nonce, open));
    } catch (KernelException e) {
      throw new Refusal(
          Code.CONTROL_FAILED, e, "The memory cannot be reached, so nothing is proved.");
    }
  }

  private Result.Scrubbed scrub(ScrubPlan plan, Nonce nonce, Journal.Open open)
      throws Refusal, KernelException {
    Steps steps = new Steps(clock);
    for (ScrubPlan.Memory memory : plan.memories()) {
      reach(memory, nonce, open, steps);
    }
    long bytes = plan.bytes();
    return new Result.Scrubbed(steps.done(), new WipeCoverage(bytes, bytes, bytes), plan.gaps());
  }

  private List<ScrubPlan.Member> members(GroupNow group) throws KernelException {
    Devices devices = new Devices(layout, deadline);
    List<ScrubPlan.Member> members = new ArrayList<>();
    for (PciAddress member : group.members()) {
      members.add(
          new ScrubPlan.Member(
              member,
              group.identities().get(member).id(),
              devices.pciClass(member),
              devices.bars(member)));
    }
    return members;
  }

  private Nonce draw() {
    byte[] bytes = new byte[NONCE_BYTES];
    random.nextBytes(bytes);
    return new Nonce(HexFormat.of().formatHex(bytes));
  }

  /** With its command register shut, a device swallows writes in silence and reads as zeros. */
  private void reach(ScrubPlan.Memory memory, Nonce nonce, Journal.Open open, Steps steps)
      throws Refusal, KernelException {
    ConfigSpace config = new ConfigSpace(layout, deadline);
    PciAddress device = memory.device();
    new Quiesce(config).alive(device);
    int command = config.command(device);
    open.step(JournalStep.commanding(device, command));
    config.setCommand(device, command | ConfigSpace.COMMAND_MEMORY);
    try {
      if ((config.command(device) & ConfigSpace.COMMAND_MEMORY) == 0) {
        throw new Refusal(
            Code.CONTROL_FAILED,
            "%s does not open its memory: it sleeps, or is broken.".formatted(device));
      }
      open.step(JournalStep.Kind.MEMORY, device);
      new MemoryWipe(memory, steps, deadline, scrubber(memory, nonce)).wipe(random.nextLong());
    } finally {
      config.setCommand(device, command);
    }
  }

  private Scrubber scrubber(ScrubPlan.Memory memory, Nonce nonce) throws KernelException {
    BarRange bar = memory.bar();
    return deadline.within(
        KernelOperation.MEMORY,
        memory.device(),
        () -> new Scrubber(layout.bar(memory.device(), bar.index()), bar.bytes(), nonce, random));
  }
}
