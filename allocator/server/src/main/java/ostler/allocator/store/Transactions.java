package ostler.allocator.store;

import java.util.function.Supplier;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;

/** Runs work in transactions, and returns only when what it did or saw is durable. */
public final class Transactions {

  /** Each try waits for the locks of the one before it, so that few are ever needed. */
  private static final int MAX_TRIES = 10;

  private final TransactionTemplate template;
  private final GroupCommit groupCommit;

  Transactions(TransactionTemplate template, GroupCommit groupCommit) {
    this.template = template;
    this.groupCommit = groupCommit;
  }

  /**
   * Runs work that changes something. A refusal rolls everything back. Where somebody else was
   * first, the work is run again from its start, and after some tries refused as BUSY.
   */
  public <T> Outcome<T> write(Supplier<Outcome<T>> work) {
    int tries = 0;
    while (tries < MAX_TRIES) {
      try {
        return once(work);
      } catch (Contended | ConcurrencyFailureException | DuplicateKeyException e) {
        // Somebody was first; what they did is visible to the next try.
        tries++;
      }
    }
    return Outcome.refused(
        Code.BUSY, "too many callers want the same thing at once; try again in a moment");
  }

  /** Runs work that only reads, each statement by itself. */
  public <T> T read(Supplier<T> work) {
    T seen = work.get();
    groupCommit.settle();
    return seen;
  }

  private <T> Outcome<T> once(Supplier<Outcome<T>> work) {
    groupCommit.begin();
    Outcome<T> outcome = null;
    try {
      outcome = template.execute(status -> orRollBack(work.get(), status));
    } finally {
      if (!(outcome instanceof Outcome.Done<T>)) {
        groupCommit.abandon();
      }
    }
    if (outcome instanceof Outcome.Done<T>) {
      groupCommit.commit();
    } else {
      groupCommit.settle();
    }
    return outcome;
  }

  private static <T> Outcome<T> orRollBack(Outcome<T> outcome, TransactionStatus status) {
    if (outcome instanceof Outcome.Refused<T>) {
      status.setRollbackOnly();
    }
    return outcome;
  }
}
