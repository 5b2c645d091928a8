package ostler.agent.reconcile;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import ostler.agent.journal.Cut;
import ostler.agent.journal.Journal;
import ostler.agent.journal.JournalException;
import ostler.agent.journal.Making;
import ostler.agent.journal.UnitMemory;
import ostler.agent.privileged.Answer;
import ostler.agent.privileged.SliceProgram;
import ostler.inventory.BootId;
import ostler.inventory.SliceId;
import ostler.pci.PciAddress;

/** Does one action on a typed slice, or on what slices are cut from, to its end. */
final class SliceWorker {

  private final Journal journal;
  private final SliceProgram slices;
  private final RootCalls calls;
  private final SliceMaking making;
  private final BootId boot;
  private final Supplier<UUID> operations;

  SliceWorker(
      Journal journal,
      SliceProgram slices,
      RootCalls calls,
      SliceMaking making,
      BootId boot,
      Supplier<UUID> operations) {
    this.journal = journal;
    this.slices = slices;
    this.calls = calls;
    this.making = making;
    this.boot = boot;
    this.operations = operations;
  }

  /** Works on a typed slice. */
  Outcome act(UnitMemory unit, Action action) throws JournalException, InterruptedException {
    if (action instanceof Action.Wipe) {
      return making.wipe(unit);
    }
    PciAddress parent = unit.order().slice().orElseThrow().parent().address();
    SliceId slice = unit.making().map(Making::slice).orElseThrow();
    UnaryOperator<UnitMemory> same = UnaryOperator.identity();
    if (action instanceof Action.Permit permit) {
      return calls
          .call(
              "permit",
              unit.permitting(permit.tenant()),
              stamp -> slices.permit(stamp, parent, slice, permit.tenant()),
              same,
              same)
          .outcome();
    }
    if (action instanceof Action.Forbid || action instanceof Action.Guard) {
      return calls
          .call(
              "forbid",
              unit,
              stamp -> slices.forbid(stamp, parent, slice),
              action instanceof Action.Forbid ? UnitMemory::forbidden : same,
              same)
          .outcome();
    }
    if (action instanceof Action.GiveBack) {
      return calls
          .call(
              "remove",
              unit,
              stamp -> slices.remove(stamp, parent, slice),
              UnitMemory::destroyed,
              same)
          .outcome();
    }
    if (action instanceof Action.Restore) {
      return restore(unit, parent, slice);
    }
    throw new IllegalArgumentException("there is nothing to do in " + action);
  }

  Outcome cut(UnitMemory unit, Action.Cut cut) throws JournalException, InterruptedException {
    Cut begun = Cut.begun(cut.functions());
    if (!cut.byRoot()) {
      journal.keep(unit.cutting(begun.done(0, boot)), "cut");
      return new Outcome.Done();
    }
    RootCalls.Called<SliceProgram.Functions> called =
        calls.call(
            "functions",
            unit.cutting(begun),
            stamp -> slices.functions(stamp, cut.parent(), cut.functions()),
            UnaryOperator.identity(),
            UnaryOperator.identity());
    if (called.answer() instanceof Answer.Done<SliceProgram.Functions> done) {
      int have = done.value().have().size();
      journal.keep(called.memory().cutting(begun.done(have, boot)), "cut, functions: " + have);
    }
    return called.outcome();
  }

  Outcome uncut(UnitMemory unit, Action.Uncut uncut) throws JournalException, InterruptedException {
    if (!uncut.byRoot()) {
      journal.keep(unit.uncut(), "whole again");
      return new Outcome.Done();
    }
    return calls
        .call(
            "functions",
            unit,
            stamp -> slices.functions(stamp, uncut.parent(), 0),
            UnitMemory::uncut,
            UnaryOperator.identity())
        .outcome();
  }

  /** Has all made again that a boot took; a slice that cannot be is its own unit's trouble. */
  Outcome restore(UnitMemory unit, Action.Restore restore)
      throws JournalException, InterruptedException {
    RootCalls.Called<SliceProgram.Restored> called = restored(unit, restore.parent());
    if (!(called.answer() instanceof Answer.Done)) {
      return called.outcome();
    }
    Answer<SliceProgram.Standing> looked = slices.list(operations.get(), restore.parent());
    if (looked instanceof Answer.Done<SliceProgram.Standing> done) {
      Cut cut = unit.cut().orElseThrow();
      int have = done.value().functions().size();
      journal.keep(called.memory().cutting(cut.done(have, boot)), "cut again, functions: " + have);
    }
    return new RootCalls.Called<>(called.memory(), looked).outcome();
  }

  private RootCalls.Called<SliceProgram.Restored> restored(UnitMemory unit, PciAddress parent)
      throws JournalException, InterruptedException {
    return calls.call(
        "restore",
        unit,
        stamp -> slices.restore(stamp.operation(), parent),
        UnaryOperator.identity(),
        UnaryOperator.identity());
  }

  private Outcome restore(UnitMemory unit, PciAddress parent, SliceId slice)
      throws JournalException, InterruptedException {
    RootCalls.Called<SliceProgram.Restored> called = restored(unit, parent);
    if (!(called.answer() instanceof Answer.Done<SliceProgram.Restored> done)) {
      return called.outcome();
    }
    Optional<SliceProgram.Failed> failed =
        done.value().failed().stream().filter(one -> one.slice().equals(slice)).findFirst();
    if (failed.isPresent()) {
      return new Outcome.Stopped(failed.get().code(), failed.get().message());
    }
    Answer<SliceProgram.Standing> looked = slices.list(operations.get(), parent);
    boolean missing =
        looked instanceof Answer.Done<SliceProgram.Standing> standing
            && standing.value().slices().stream()
                .noneMatch(one -> one.slice().equals(slice) && one.there());
    return missing
        ? new Outcome.Stopped(
            "NO_SLICE",
            "Slice "
                + slice
                + " is not on "
                + parent
                + " and was not made again; have its claim released, then clean it.")
        : new RootCalls.Called<>(called.memory(), looked).outcome();
  }
}
