package ostler.simulation;

import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import ostler.allocator.store.WaitingPlace;

/** Where a strand waits: the baton goes on to somebody else. */
final class BatonPlace implements WaitingPlace {

  private final Baton baton;
  private final Lock lock;
  private boolean called;

  BatonPlace(Baton baton, Lock lock) {
    this.baton = baton;
    this.lock = lock;
  }

  @Override
  public void await(BooleanSupplier so) {
    while (!so.getAsBoolean()) {
      awaitCall();
    }
  }

  private void awaitCall() {
    lock.unlock();
    try {
      baton.await("its turn", () -> called);
    } finally {
      lock.lock();
      called = false;
    }
  }

  @Override
  public void call() {
    called = true;
  }
}
