package ostler.allocator.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Lets callers who come at the same time share one transaction. There is no thread of its own: who
 * comes first does the work of all who wait, and when it is done, one of those who came meanwhile
 * goes on.
 *
 * @param <W> what a caller wants
 * @param <A> what a caller is answered
 */
final class ClaimQueue<W, A> {

  /** How many are done together: enough to make the commit cheap, few enough to be quick. */
  static final int MAX_TOGETHER = 64;

  private final int maxWaiting;
  private final Function<List<W>, List<Optional<A>>> work;
  private final Function<Lock, WaitingPlace> places;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Ticket<W, A>> waiting = new ArrayDeque<>();
  private boolean working;

  /**
   * @param maxWaiting how many may wait; the next one is told to come back
   * @param work does what some callers want, in order, and answers each; empty where that one is to
   *     be done apart from the others
   * @param places makes where a caller waits for its turn
   */
  ClaimQueue(
      int maxWaiting,
      Function<List<W>, List<Optional<A>>> work,
      Function<Lock, WaitingPlace> places) {
    this.maxWaiting = maxWaiting;
    this.work = work;
    this.places = places;
  }

  private static final class Ticket<W, A> {
    private final W wish;
    private final WaitingPlace place;
    private boolean done;
    private Optional<A> answer = Optional.empty();

    Ticket(W wish, WaitingPlace place) {
      this.wish = wish;
      this.place = place;
    }
  }

  /** What became of a wish. */
  sealed interface Turn<A> {}

  /** It was answered. */
  record Answered<A>(A answer) implements Turn<A> {}

  /** It is to be done apart from the others. */
  record Apart<A>() implements Turn<A> {}

  /** Too many wait. */
  record Full<A>() implements Turn<A> {}

  /** Waits until the wish was done together with others. */
  Turn<A> submit(W wish) {
    lock.lock();
    try {
      if (waiting.size() >= maxWaiting) {
        return new Full<>();
      }
      Ticket<W, A> mine = new Ticket<>(wish, places.apply(lock));
      waiting.add(mine);
      while (!mine.done) {
        if (working) {
          mine.place.await(() -> mine.done || !working);
        } else {
          workAsFirst();
        }
      }
      return mine.answer.<Turn<A>>map(Answered::new).orElseGet(Apart::new);
    } finally {
      lock.unlock();
    }
  }

  /** How many wait for somebody to do what they want. */
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** Without the lock while the database works, so that the next ones can gather meanwhile. */
  private void workAsFirst() {
    List<Ticket<W, A>> batch = new ArrayList<>();
    while (!waiting.isEmpty() && batch.size() < MAX_TOGETHER) {
      batch.add(waiting.poll());
    }
    working = true;
    lock.unlock();
    List<Optional<A>> answers = List.of();
    try {
      answers = work.apply(batch.stream().map(ticket -> ticket.wish).toList());
    } finally {
      lock.lock();
      working = false;
      for (int i = 0; i < batch.size(); i++) {
        Ticket<W, A> ticket = batch.get(i);
        // Where the work broke off nobody was answered, and each finds out by itself what is wrong.
        ticket.answer = answers.isEmpty() ? Optional.empty() : answers.get(i);
        ticket.done = true;
        ticket.place.call();
      }
      if (!waiting.isEmpty()) {
        waiting.peek().place.call();
      }
    }
  }
}
