package ostler.vfio;

import ostler.inventory.ResetChoice;
import ostler.pci.ResetMethod;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.DeviceFile;
import ostler.root.Devices;
import ostler.root.Layout;
import ostler.root.Locks;
import ostler.root.Outcome;
import ostler.root.Outside;
import ostler.root.OwnFile;
import ostler.root.Refusal;
import ostler.root.TrustedFile;
import ostler.root.Wedged;

/** One request from beginning to end: the checks that all verbs share, and the verb. */
final class Program {

  private final Outside outside;
  private final Deadline deadline;
  private final Devices devices;
  private final ConfigSpace config;
  private final PciBus bus;
  private final Groups groups;
  private final Locks locks;
  private final UnitBook units;
  private final FenceBook fences;
  private final Journal journal;
  private final Binding binding;
  private final HolderScan scan;
  private final GuardClient guard;
  private final Resting resting;

  Program(Outside outside) {
    Layout layout = outside.layout();
    this.outside = outside;
    this.deadline = new Deadline(outside.pace());
    this.devices = new Devices(layout, deadline);
    this.config = new ConfigSpace(layout, deadline);
    this.bus = new PciBus(layout, deadline);
    this.groups = new Groups(layout, devices);
    this.locks = new Locks(outside, deadline);
    this.units = new UnitBook(layout, locks);
    this.fences = new FenceBook(layout);
    this.journal = new Journal(layout);
    this.binding = new Binding(outside, deadline);
    this.scan = new HolderScan(layout, outside.owner());
    this.guard = new GuardClient(layout, deadline);
    this.resting = new Resting(units, binding, scan, guard);
  }

  Outcome run(Request request) {
    try {
      Result result = carryOut(request);
      return Outcome.done(request.verb(), request.op(), out -> AnswerJson.write(result, out));
    } catch (Refusal e) {
      return Outcome.refused(request.verb(), request.op(), e);
    } catch (Wedged e) {
      return Outcome.wedged(request.verb(), request.op(), e);
    }
  }

  private Result carryOut(Request request) throws Refusal {
    OwnFile.requireTrusted(new TrustedFile(outside.layout().vfioState(), outside.owner()));
    if (request.verb() == Verb.STATE) {
      return new State(units, fences, devices, binding, guard).state();
    }
    GroupNow group = groups.resolve(request.members().orElseThrow());
    new DeviceFile(outside.layout(), outside.owner()).require(group.identities());
    if (request.verb() == Verb.HOLDERS) {
      return new Holders(scan).holders(group);
    }
    return locks.holdingGroup(group.number(), () -> carryOut(request, group));
  }

  /** Under the group's lock everything is looked at again. */
  private Result carryOut(Request request, GroupNow before) throws Refusal {
    Order order = request.order();
    GroupNow group = groups.resolve(order.members());
    if (!group.number().equals(before.number())) {
      throw new Refusal(
          Code.GROUP_CHANGED,
          "%s just changed its IOMMU group. Try again.".formatted(order.members()));
    }
    new Replay(units, journal, binding, scan, devices, bus, config).finish(group);
    fences.admit(order, group);
    return switch (request.verb()) {
      case BIND -> new Bind(units, journal, binding, needs(), scan, guard).bind(order, group);
      case RELEASE -> new Release(units, journal, binding, scan, guard).release(order, group);
      case ADOPT ->
          new Adopt(units, journal, binding, needs(), scan, guard)
              .adopt(order, group, request.claim().orElseThrow());
      case PERMIT ->
          new Permit(units, fences, resting, scan, guard)
              .permit(group, request.claim().orElseThrow());
      case FORBID -> new Forbid(units, resting, scan, guard).forbid(group);
      case RESET -> reset(order, group, request.reset().orElseThrow());
      case SCRUB -> scrub(request, order, group);
      case HOLDERS, STATE -> throw new IllegalStateException(request.verb() + " is no order");
    };
  }

  private HostNeeds needs() {
    return new HostNeeds(outside.layout(), devices);
  }

  private Result reset(Order order, GroupNow group, ResetChoice choice) throws Refusal {
    Result.Reset done =
        choice == ResetChoice.HOT
            ? new HotReset(outside, deadline, resting, journal).reset(order, group)
            : resetByMethod(order, group, ResetMethod.parse(choice.toString()));
    fences.wiped(order);
    return done;
  }

  private Result.Reset resetByMethod(Order order, GroupNow group, ResetMethod method)
      throws Refusal {
    ResetMarks marks = new ResetMarks(outside.layout(), deadline);
    return new Reset(outside.clock(), resting, journal, new Quiesce(config), devices, bus, marks)
        .reset(order, group, method);
  }

  private Result scrub(Request request, Order order, GroupNow group) throws Refusal {
    Result.Scrubbed done =
        new Scrub(outside, deadline, resting, journal).scrub(order, group, request.canary());
    fences.wiped(order);
    return done;
  }
}
