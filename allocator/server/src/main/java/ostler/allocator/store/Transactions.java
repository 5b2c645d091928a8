package ostler.allocator.store;

import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.core.NestedRuntimeException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;

/** Runs work in transactions, and returns only when what it did or saw is durable. */
public final class Transactions {

  /** Each try waits for the locks of the one before it, so that few are ever needed. */
  private static final int MAX_TRIES = 10;

  /** One that waited for a lock in vain took seconds, so that few of them are worth it. */
  private static final int MAX_WAITS = 3;

  /**
   * How much longer each try waits than the one before it. Who lost to a deadlock and came back at
   * once could take the lock again for which the other one has not woken up yet, each time anew.
   */
  private static final long PAUSE_MILLIS_A_TRY = 2;

  /** A report of years takes seconds; what takes longer holds up the database's housekeeping. */
  private static final int MAX_SNAPSHOT_SECONDS = 60;

  private final TransactionTemplate template;
  private final GroupCommit groupCommit;
  private final Dialect dialect;
  private final Batches batches;

  Transactions(
      TransactionTemplate template, GroupCommit groupCommit, Dialect dialect, Batches batches) {
    this.template = template;
    this.groupCommit = groupCommit;
    this.dialect = dialect;
    this.batches = batches;
  }

  Batches batches() {
    return batches;
  }

  /** What came of one try, or against whom it was lost. */
  private record Try<T>(Optional<Outcome<T>> outcome, Dialect.Race race) {}

  /** As {@link #write}, but tries once: where somebody else was first, the answer is empty. */
  <T> Optional<Outcome<T>> attempt(Supplier<Outcome<T>> work) {
    return tried(work).outcome();
  }

  private <T> Try<T> tried(Supplier<Outcome<T>> work) {
    try {
      return new Try<>(Optional.of(once(work)), Dialect.Race.NONE);
    } catch (Contended e) {
      return new Try<>(Optional.empty(), Dialect.Race.LOST);
    } catch (DataAccessException | TransactionException e) {
      Dialect.Race race = raceOf(e);
      if (race == Dialect.Race.NONE) {
        throw e;
      }
      return new Try<>(Optional.empty(), race);
    }
  }

  /** Over a source of connections to H2 whose commits need no flush of their own. */
  public static Transactions over(DataSource source) {
    return new Transactions(
        new TransactionTemplate(new DataSourceTransactionManager(source)),
        new GroupCommit(() -> {}),
        new Dialect.H2(true),
        new Batches(source));
  }

  /**
   * Runs work that changes something. A refusal rolls everything back. Where somebody else was
   * first, the work is run again from its start, and after some tries refused as BUSY.
   */
  public <T> Outcome<T> write(Supplier<Outcome<T>> work) {
    int waits = 0;
    for (int tries = 0; tries < MAX_TRIES && waits < MAX_WAITS; tries++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS_A_TRY * tries));
      // Where somebody was first, what they did is visible to the next try.
      Try<T> tried = tried(work);
      if (tried.outcome().isPresent()) {
        return tried.outcome().get();
      }
      if (tried.race() == Dialect.Race.WAITED) {
        waits++;
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

  /** Spring has no name for some of them, so it is the database's own code that counts. */
  private Dialect.Race raceOf(NestedRuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException told) {
        return dialect.raceOf(told);
      }
    }
    return Dialect.Race.NONE;
  }

  /** Runs work that only reads, and sees all of it as it was at one instant. */
  public <T> T snapshot(Supplier<T> work) {
    TransactionTemplate still = new TransactionTemplate(template.getTransactionManager());
    still.setReadOnly(true);
    still.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    still.setTimeout(MAX_SNAPSHOT_SECONDS);
    T seen =
        still.execute(
            status -> {
              dialect.planEach().ifPresent(batches::run);
              return work.get();
            });
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
