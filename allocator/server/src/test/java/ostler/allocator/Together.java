package ostler.allocator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many callers who begin at the same moment. */
public final class Together {

  private Together() {}

  /** What one of them does. */
  public interface Work<T> {
    T by(int caller);
  }

  public static <T> List<T> atOnce(int callers, Work<T> work) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    CyclicBarrier start = new CyclicBarrier(callers);
    try {
      List<Callable<T>> all = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        int caller = i;
        all.add(
            () -> {
              start.await();
              return work.by(caller);
            });
      }
      List<T> results = new ArrayList<>();
      for (Future<T> done : threads.invokeAll(all)) {
        results.add(get(done));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  public static <T> T get(Future<T> done) throws InterruptedException {
    try {
      return done.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
