package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ostler.allocator.store.ClaimQueue.Answered;
import ostler.allocator.store.ClaimQueue.Apart;
import ostler.allocator.store.ClaimQueue.Full;
import ostler.allocator.store.ClaimQueue.Turn;

final class ClaimQueueTest {

  private static final int DEADLINE_SECONDS = 30;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Semaphore began = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);
  private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** Works when it is let; a wish of 0 is left undone. */
  private List<Optional<String>> work(List<Integer> wishes) {
    sizes.add(wishes.size());
    began.release();
    mayEnd.acquireUninterruptibly();
    return wishes.stream()
        .map(wish -> wish == 0 ? Optional.<String>empty() : Optional.of("got " + wish))
        .toList();
  }

  private static <T> T get(Future<T> done) throws InterruptedException, ExecutionException {
    try {
      return done.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private List<Future<Turn<String>>> submitted(ClaimQueue<Integer, String> queue, int... wishes) {
    List<Future<Turn<String>>> turns = new ArrayList<>();
    for (int wish : wishes) {
      turns.add(threads.submit(() -> queue.submit(wish)));
    }
    return turns;
  }

  private void awaitWaiting(ClaimQueue<Integer, String> queue, int callers)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (queue.waiting() < callers) {
      assertTrue(System.nanoTime() < end, "only " + queue.waiting() + " wait");
      Thread.sleep(1);
    }
  }

  @Test
  void whoComesWhileSomebodyWorksIsDoneTogetherWithTheOthersWhoWait()
      throws InterruptedException, ExecutionException {
    ClaimQueue<Integer, String> queue = new ClaimQueue<>(100, this::work, WaitingPlace::of);
    List<Future<Turn<String>>> first = submitted(queue, 1);
    began.acquire();
    List<Future<Turn<String>>> others = submitted(queue, 2, 3, 0);
    awaitWaiting(queue, 3);
    mayEnd.release(2);
    assertEquals(new Answered<>("got 1"), get(first.get(0)));
    assertEquals(new Answered<>("got 2"), get(others.get(0)));
    assertEquals(new Answered<>("got 3"), get(others.get(1)));
    assertInstanceOf(Apart.class, get(others.get(2)));
    assertEquals(List.of(1, 3), sizes);
  }

  @Test
  void moreThanMayWaitAreToldToComeBack() throws InterruptedException, ExecutionException {
    ClaimQueue<Integer, String> queue = new ClaimQueue<>(2, this::work, WaitingPlace::of);
    List<Future<Turn<String>>> all = new ArrayList<>(submitted(queue, 1));
    began.acquire();
    all.addAll(submitted(queue, 2, 3));
    awaitWaiting(queue, 2);
    assertInstanceOf(Full.class, queue.submit(4));
    mayEnd.release(2);
    for (Future<Turn<String>> turn : all) {
      assertInstanceOf(Answered.class, get(turn));
    }
  }

  @Test
  void whereTheWorkBreaksOffNobodyWaitsForEver() throws InterruptedException {
    ClaimQueue<Integer, String> queue =
        new ClaimQueue<>(
            100,
            wishes -> {
              work(wishes);
              throw new IllegalStateException("the database is gone");
            },
            WaitingPlace::of);
    List<Future<Turn<String>>> first = submitted(queue, 1);
    began.acquire();
    List<Future<Turn<String>>> second = submitted(queue, 2);
    awaitWaiting(queue, 1);
    mayEnd.release(2);
    assertThrows(ExecutionException.class, () -> get(first.get(0)));
    assertThrows(ExecutionException.class, () -> get(second.get(0)));
  }

  @Test
  void noBatchIsLargerThanTheMost() throws InterruptedException, ExecutionException {
    ClaimQueue<Integer, String> queue = new ClaimQueue<>(1000, this::work, WaitingPlace::of);
    List<Future<Turn<String>>> all = new ArrayList<>(submitted(queue, 1));
    began.acquire();
    int[] many = new int[ClaimQueue.MAX_TOGETHER + 1];
    Arrays.fill(many, 7);
    all.addAll(submitted(queue, many));
    awaitWaiting(queue, many.length);
    mayEnd.release(3);
    for (Future<Turn<String>> turn : all) {
      assertInstanceOf(Answered.class, get(turn));
    }
    assertEquals(List.of(1, ClaimQueue.MAX_TOGETHER, 1), sizes);
  }
}
