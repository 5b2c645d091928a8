package ostler.agent.reconcile;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import ostler.agent.journal.Journal;
import ostler.agent.journal.JournalException;
import ostler.agent.journal.UnitMemory;
import ostler.agent.journal.Work;
import ostler.agent.privileged.Answer;
import ostler.agent.privileged.RootProgram.Stamp;
import ostler.inventory.BootId;

/**
 * Has root do something to a unit, with a line in the journal before and one after.
 *
 * <p>One that does not come back makes the unit wedged for this boot: a second write to a device
 * whose first one hangs would hang too.
 */
final class RootCalls {

  private static final String DEADLINE = "DEADLINE";
  private static final String LOCKED = "LOCKED";

  private final Journal journal;
  private final BootId boot;
  private final Supplier<UUID> operations;

  RootCalls(Journal journal, BootId boot, Supplier<UUID> operations) {
    this.journal = journal;
    this.boot = boot;
    this.operations = operations;
  }

  /** One verb of the root program. */
  @FunctionalInterface
  interface Call<T> {
    Answer<T> with(Stamp stamp) throws InterruptedException;
  }

  /** What the program answered, and what is remembered of the unit after it. */
  record Called<T>(UnitMemory memory, Answer<T> answer) {

    /** The answer where it is no success, in words. */
    Outcome outcome() {
      if (answer instanceof Answer.Refused<T> refused) {
        return new Outcome.Stopped(refused.code(), refused.message());
      }
      if (answer instanceof Answer.Late<T> late) {
        return new Outcome.Stopped("WEDGED", late.message());
      }
      return answer instanceof Answer.Broken<T> broken
          ? new Outcome.Stopped("PROGRAM_BROKEN", broken.message())
          : new Outcome.Done();
    }
  }

  /**
   * Calls.
   *
   * @param begun the unit as it is to be remembered from before the call, for the case that nobody
   *     is there to see its end
   * @param done what else is to be remembered once it is done
   * @param refused what else is to be remembered if the program says that it did not do it
   */
  <T> Called<T> call(
      String verb,
      UnitMemory begun,
      Call<T> call,
      UnaryOperator<UnitMemory> done,
      UnaryOperator<UnitMemory> refused)
      throws JournalException, InterruptedException {
    Optional<Work> earlier = begun.work().filter(work -> work.boot().equals(boot));
    Stamp stamp = new Stamp(operations.get(), begun.order().fence());
    UnitMemory intended =
        journal.keep(begun.beginning(new Work(stamp.operation(), verb, boot)), verb + " begins");
    Answer<T> answer = call.with(stamp);
    return new Called<>(settle(verb, intended, earlier, answer, done, refused), answer);
  }

  private <T> UnitMemory settle(
      String verb,
      UnitMemory intended,
      Optional<Work> earlier,
      Answer<T> answer,
      UnaryOperator<UnitMemory> done,
      UnaryOperator<UnitMemory> refused)
      throws JournalException {
    if (answer instanceof Answer.Done<T>) {
      return journal.keep(done.apply(intended.ended()), verb + " done");
    }
    if (answer instanceof Answer.Refused<T> no) {
      if (no.code().equals(DEADLINE)) {
        return journal.keep(intended.wedgedIn(boot), verb + " wedged");
      }
      UnitMemory after = refused.apply(intended.ended());
      // Whoever has the lock may be the run of which nobody saw the end: that is not forgotten.
      boolean stillOpen = no.code().equals(LOCKED) && earlier.isPresent();
      return journal.keep(
          stillOpen ? after.beginning(earlier.get()) : after, verb + " refused: " + no.code());
    }
    return answer instanceof Answer.Late<T>
        ? journal.keep(intended.wedgedIn(boot), verb + " wedged")
        : journal.keep(intended.ended(), verb + " broken");
  }
}
