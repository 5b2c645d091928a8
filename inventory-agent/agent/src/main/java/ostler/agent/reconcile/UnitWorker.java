package ostler.agent.reconcile;

import java.util.List;
import java.util.function.UnaryOperator;
import ostler.agent.journal.Journal;
import ostler.agent.journal.JournalException;
import ostler.agent.journal.UnitMemory;
import ostler.agent.privileged.RootProgram;
import ostler.inventory.UnitMembers;
import ostler.pci.ResetMethod;

/** Does one action on one unit, to its end. One at a time for each unit, several units at once. */
final class UnitWorker {

  private final Journal journal;
  private final RootProgram root;
  private final RootCalls calls;
  private final WipeLadder ladder;
  private final SliceWorker slices;

  UnitWorker(
      Journal journal, RootProgram root, RootCalls calls, WipeLadder ladder, SliceWorker slices) {
    this.journal = journal;
    this.root = root;
    this.calls = calls;
    this.ladder = ladder;
    this.slices = slices;
  }

  /**
   * Does what was decided.
   *
   * @param methods how each member can be reset, as the last scan found
   * @throws JournalException if the journal cannot be written; what was begun then is in doubt, and
   *     so dirty
   */
  Outcome act(UnitMemory unit, Action action, List<List<ResetMethod>> methods)
      throws JournalException, InterruptedException {
    if (action instanceof Action.Taint surprise) {
      journal.keep(unit.noLongerClean(), "no longer clean: " + surprise.why());
      return new Outcome.Done();
    }
    if (unit.order().kind().isTyped()) {
      return slices.act(unit, action);
    }
    if (action instanceof Action.Cut cut) {
      return slices.cut(unit, cut);
    }
    if (action instanceof Action.Uncut uncut) {
      return slices.uncut(unit, uncut);
    }
    if (action instanceof Action.Restore restore) {
      return slices.restore(unit, restore);
    }
    if (action instanceof Action.Wipe wipe) {
      return ladder.climb(unit, ResetPlan.of(wipe.order().reset(), methods));
    }
    return called(unit, action).outcome();
  }

  private RootCalls.Called<RootProgram.Kept> called(UnitMemory unit, Action action)
      throws JournalException, InterruptedException {
    UnitMembers members = unit.order().members();
    UnaryOperator<UnitMemory> same = UnaryOperator.identity();
    if (action instanceof Action.Bind) {
      // Managed from before it is bound: a unit that root has in its care is never forgotten.
      UnaryOperator<UnitMemory> refused = unit.managed() ? same : UnitMemory::notBound;
      return calls.call("bind", unit.bound(), stamp -> root.bind(stamp, members), same, refused);
    }
    if (action instanceof Action.Permit permit) {
      return calls.call(
          "permit",
          unit.permitting(permit.tenant()),
          stamp -> root.permit(stamp, members, permit.tenant()),
          UnitMemory::bound,
          same);
    }
    if (action instanceof Action.Adopt adopt) {
      return calls.call(
          "adopt",
          unit.bound().permitting(adopt.tenant()),
          stamp -> root.adopt(stamp, members, adopt.tenant()),
          same,
          begun -> unit.ended());
    }
    if (action instanceof Action.Forbid) {
      return calls.call(
          "forbid", unit, stamp -> root.forbid(stamp, members), UnitMemory::forbidden, same);
    }
    if (action instanceof Action.GiveBack) {
      return calls.call(
          "release", unit, stamp -> root.release(stamp, members), UnitMemory::givenBack, same);
    }
    throw new IllegalArgumentException("there is nothing to do in " + action);
  }
}
