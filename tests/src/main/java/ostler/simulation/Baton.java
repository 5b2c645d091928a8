package ostler.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Lets many strands of work run as if at once, while only the one with the baton really runs: until
 * it pauses, waits or ends. Who goes on is the choice of whoever holds the baton in between, so the
 * same choices give the same run.
 */
final class Baton {

  private final Executor threads;
  private final Semaphore back = new Semaphore(0);
  private final List<Strand> strands = new ArrayList<>();
  private Optional<Strand> running = Optional.empty();

  /**
   * @param threads gives each strand a thread of its own
   */
  Baton(Executor threads) {
    this.threads = threads;
  }

  /** One flow of work of some process. */
  static final class Strand {

    private final String name;
    private final Object owner;
    private final Runnable work;
    private final Semaphore go = new Semaphore(0);
    private String where = "its begin";
    private BooleanSupplier ready = () -> true;
    private boolean begun;
    private boolean ended;
    private boolean killed;
    private Optional<Throwable> fault = Optional.empty();

    Strand(String name, Object owner, Runnable work) {
      this.name = name;
      this.owner = owner;
      this.work = work;
    }

    Object owner() {
      return owner;
    }

    /** What it is about to do, or waits for. */
    String where() {
      return where;
    }

    /** Whether it has ended, or will never begin. */
    boolean isOver() {
      return ended || (killed && !begun);
    }

    boolean isReady() {
      return ready.getAsBoolean();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Makes a strand, which does nothing before it is resumed. */
  Strand start(String name, Object owner, Runnable work) {
    Strand strand = new Strand(name, owner, work);
    strands.add(strand);
    return strand;
  }

  List<Strand> strands() {
    return List.copyOf(strands);
  }

  /** The strand that has the baton; empty where the world itself runs. */
  Optional<Strand> running() {
    return running;
  }

  /** Gives the baton to a strand, until it gives it back. Answers what it died of, if it did. */
  Optional<Throwable> resume(Strand strand) {
    Optional<Strand> before = running;
    running = Optional.of(strand);
    if (!strand.begun) {
      strand.begun = true;
      threads.execute(() -> run(strand));
    } else {
      strand.go.release();
    }
    back.acquireUninterruptibly();
    running = before;
    if (strand.ended) {
      strands.remove(strand);
    }
    return strand.fault;
  }

  /** Ends a strand where it is; it unwinds, and rolls back what a dead process cannot finish. */
  void kill(Strand strand) {
    strand.killed = true;
    if (strand.begun) {
      resume(strand);
    } else {
      strands.remove(strand);
    }
  }

  void killAllOf(Object owner) {
    for (Strand strand : strands()) {
      if (strand.owner == owner) {
        kill(strand);
      }
    }
  }

  void killAll() {
    strands().forEach(this::kill);
  }

  /** Gives the baton back, from a strand; nothing happens where the world itself runs. */
  void pause(String where) {
    await(where, () -> true);
  }

  /** As {@link #pause}, until something holds. */
  void await(String where, BooleanSupplier ready) {
    if (running.isEmpty() || running.get().killed) {
      return;
    }
    Strand strand = running.get();
    strand.where = where;
    strand.ready = ready;
    back.release();
    strand.go.acquireUninterruptibly();
    if (strand.killed) {
      throw new Killed(strand.name);
    }
  }

  private void run(Strand strand) {
    FutureTask<Void> task = new FutureTask<>(strand.work, null);
    task.run();
    try {
      task.get();
    } catch (ExecutionException e) {
      strand.fault = Optional.of(e.getCause()).filter(cause -> !(cause instanceof Killed));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    strand.ended = true;
    back.release();
  }
}
