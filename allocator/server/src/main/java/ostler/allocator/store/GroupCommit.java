package ostler.allocator.store;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets many committing threads share one flush to the disk, and lets nobody answer with something
 * that a power cut could still take back: a writer waits for a flush that began after its commit,
 * and a reader waits too while a writer may have let it see more than what is flushed.
 */
final class GroupCommit {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition flushed = lock.newCondition();
  private final Runnable flush;

  /** Writers between their begin and the end of their commit. */
  private int writing;

  /** How many commits (and doubts of readers) there were, and up to which all are on disk. */
  private long committed;

  private long durable;
  private boolean flushing;

  /**
   * @param flush makes all that was committed before it durable, or throws
   */
  GroupCommit(Runnable flush) {
    this.flush = flush;
  }

  void begin() {
    lock.lock();
    try {
      writing++;
    } finally {
      lock.unlock();
    }
  }

  /** After a rollback: nothing of this writer was ever to be seen. */
  void abandon() {
    lock.lock();
    try {
      writing--;
    } finally {
      lock.unlock();
    }
  }

  /** After a commit; returns when it is durable. */
  void commit() {
    lock.lock();
    try {
      writing--;
      awaitDurable(++committed);
    } finally {
      lock.unlock();
    }
  }

  /** After a read; returns when all that it may have seen is durable. */
  void settle() {
    lock.lock();
    try {
      awaitDurable(writing > 0 ? ++committed : committed);
    } finally {
      lock.unlock();
    }
  }

  private void awaitDurable(long ticket) {
    while (durable < ticket) {
      if (flushing) {
        flushed.awaitUninterruptibly();
      } else {
        flushAsLeader();
      }
    }
  }

  /** Without the lock while the disk works, so that the next group can gather meanwhile. */
  private void flushAsLeader() {
    long upTo = committed;
    flushing = true;
    lock.unlock();
    boolean done = false;
    try {
      flush.run();
      done = true;
    } finally {
      lock.lock();
      flushing = false;
      if (done) {
        durable = Math.max(durable, upTo);
      }
      flushed.signalAll();
    }
  }
}
