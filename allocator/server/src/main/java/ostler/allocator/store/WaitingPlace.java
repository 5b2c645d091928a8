package ostler.allocator.store;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/** Where one caller waits until others are done. Whoever waits or calls has the lock. */
public interface WaitingPlace {

  /** Waits until it is so, without the lock meanwhile; it is looked at after each call. */
  void await(BooleanSupplier so);

  /** Has the one who waits look again. */
  void call();

  /** One in which a thread waits. */
  static WaitingPlace of(Lock lock) {
    return new OfThread(lock.newCondition());
  }

  /** Where a thread waits as threads do. */
  record OfThread(Condition called) implements WaitingPlace {
    @Override
    public void await(BooleanSupplier so) {
      while (!so.getAsBoolean()) {
        called.awaitUninterruptibly();
      }
    }

    @Override
    public void call() {
      called.signal();
    }
  }
}
