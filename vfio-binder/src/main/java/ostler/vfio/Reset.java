package ostler.vfio;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.inventory.WipeStep;
import ostler.pci.PciAddress;
import ostler.pci.ResetMethod;
import ostler.root.BarRange;
import ostler.root.Code;
import ostler.root.Devices;
import ostler.root.KernelError;
import ostler.root.KernelException;
import ostler.root.Refusal;

/**
 * The verb {@code reset}, by one of the kernel's methods, by name. Left to itself, the kernel goes
 * on to the next method when one does not work or times out, and does not say which it was (Linux
 * 6.1, {@code __pci_reset_function_locked}).
 */
final class Reset {

  private final Clock clock;
  private final Resting resting;
  private final Journal journal;
  private final Quiesce quiesce;
  private final Devices devices;
  private final PciBus bus;
  private final ResetMarks marks;

  Reset(
      Clock clock,
      Resting resting,
      Journal journal,
      Quiesce quiesce,
      Devices devices,
      PciBus bus,
      ResetMarks marks) {
    this.clock = clock;
    this.resting = resting;
    this.journal = journal;
    this.quiesce = quiesce;
    this.devices = devices;
    this.bus = bus;
    this.marks = marks;
  }

  /**
   * Resets each member that has the method, one after the other.
   *
   * @throws Refusal RESET_UNSUPPORTED if none has it or the kernel cannot do it, RESET_FAILED,
   *     DEVICE_GONE, and what keeps the group from being touched
   */
  Result.Reset reset(Order order, GroupNow group, ResetMethod method) throws Refusal {
    resting.requireGuarded(group);
    try {
      return journal.during(order, open -> reset(group, method, open));
    } catch (KernelException e) {
      throw new Refusal(Code.RESET_FAILED, e, "See the kernel's log (dmesg).");
    }
  }

  private Result.Reset reset(GroupNow group, ResetMethod method, Journal.Open open)
      throws Refusal, KernelException {
    Map<PciAddress, List<ResetMethod>> methods = methods(group.members(), method);
    Steps steps = new Steps(clock);
    quiesce.all(group, open, steps);
    for (PciAddress member : group.members()) {
      steps.begin();
      if (methods.get(member).contains(method)) {
        resetAs(method, methods.get(member), group, member, open, steps);
      } else {
        steps.skipped(
            WipeStep.Kind.RESET,
            member,
            Map.of("method", method.kernelName(), "why", "the kernel lists no such method"));
      }
    }
    return new Result.Reset(steps.done());
  }

  private Map<PciAddress, List<ResetMethod>> methods(Members members, ResetMethod wanted)
      throws KernelException, Refusal {
    Map<PciAddress, List<ResetMethod>> methods = new HashMap<>();
    for (PciAddress member : members) {
      methods.put(member, devices.resetMethods(member).orElse(List.of()));
    }
    if (methods.values().stream().noneMatch(its -> its.contains(wanted))) {
      throw new Refusal(
          Code.RESET_UNSUPPORTED,
          "The kernel lists no method %s for any of %s: %s. Choose one of those, or hot."
              .formatted(wanted.kernelName(), members, words(methods)));
    }
    return methods;
  }

  private static String words(Map<PciAddress, List<ResetMethod>> methods) {
    StringBuilder words = new StringBuilder();
    methods.forEach(
        (device, its) ->
            words
                .append(words.isEmpty() ? "" : "; ")
                .append(device)
                .append(" has ")
                .append(
                    its.isEmpty() ? "none" : its.stream().map(ResetMethod::kernelName).toList()));
    return words.toString();
  }

  /** The kernel is left this method alone for the time of the reset. */
  private void resetAs(
      ResetMethod method,
      List<ResetMethod> before,
      GroupNow group,
      PciAddress member,
      Journal.Open open,
      Steps steps)
      throws Refusal, KernelException {
    open.step(JournalStep.choosing(member, before));
    try {
      bus.resetMethods(member, List.of(method));
      if (!devices.resetMethods(member).equals(Optional.of(List.of(method)))) {
        throw new Refusal(
            Code.RESET_UNSUPPORTED,
            "The kernel did not take %s as the only reset method of %s."
                .formatted(method.kernelName(), member));
      }
      resetOnce(method, group, member, open, steps);
    } catch (KernelException e) {
      throw failed(method, member, e);
    } finally {
      // A list that was never changed may hold what the kernel would not take again.
      if (!devices.resetMethods(member).equals(Optional.of(before))) {
        bus.resetMethods(member, before);
      }
    }
  }

  private void resetOnce(
      ResetMethod method, GroupNow group, PciAddress member, Journal.Open open, Steps steps)
      throws Refusal, KernelException {
    List<BarRange> bars = devices.bars(member);
    Optional<ResetMarks.Mark> mark = marks.make(member, group.identities().get(member).id());
    open.step(JournalStep.Kind.RESET, member);
    steps.begin();
    bus.reset(member);
    Map<String, Object> seen = quiesce.alive(member);
    seen.put("method", method.kernelName());
    seen.put("bars_kept", devices.bars(member).equals(bars));
    seen.putAll(marks.outcome(mark));
    steps.ok(WipeStep.Kind.RESET, member, seen);
  }

  /** The list is made before a card's other functions are found, so it may promise too much. */
  private static Refusal failed(ResetMethod method, PciAddress member, KernelException e) {
    boolean cannot = e.error() == KernelError.ENOTTY || e.error() == KernelError.EINVAL;
    return cannot
        ? new Refusal(
            Code.RESET_UNSUPPORTED,
            e,
            "The kernel lists %s for %s but cannot do it now: other functions share its slot, or the device did not come back in time. Choose another method, or hot."
                .formatted(method.kernelName(), member))
        : new Refusal(Code.RESET_FAILED, e, "See the kernel's log (dmesg).");
  }
}
