package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GroupCommitTest {

  private static final int DEADLINE_SECONDS = 30;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private static void await(Future<?> done) throws InterruptedException {
    try {
      done.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void committersThatComeDuringAFlushShareTheNextOne() throws InterruptedException {
    AtomicInteger flushes = new AtomicInteger();
    Semaphore disk = new Semaphore(0);
    CountDownLatch first = new CountDownLatch(1);
    GroupCommit group =
        new GroupCommit(
            () -> {
              flushes.incrementAndGet();
              first.countDown();
              disk.acquireUninterruptibly();
            });
    List<Future<?>> commits = new ArrayList<>();
    commits.add(threads.submit(() -> commit(group)));
    assertTrue(first.await(DEADLINE_SECONDS, TimeUnit.SECONDS));
    CountDownLatch gathered = new CountDownLatch(50);
    for (int i = 0; i < 50; i++) {
      group.begin();
      commits.add(
          threads.submit(
              () -> {
                gathered.countDown();
                group.commit();
              }));
    }
    assertTrue(gathered.await(DEADLINE_SECONDS, TimeUnit.SECONDS));
    // All but the few that were counted down and have not yet asked wait for one more flush.
    disk.release(1000);
    for (Future<?> commit : commits) {
      await(commit);
    }
    assertTrue(flushes.get() <= 10, "51 commits took " + flushes + " flushes");
  }

  @Test
  void nobodyReturnsBeforeAFlushThatBeganAfterItsCommit() throws InterruptedException {
    AtomicLong written = new AtomicLong();
    AtomicLong onDisk = new AtomicLong();
    GroupCommit group =
        new GroupCommit(
            () -> {
              long seen = written.get();
              Thread.onSpinWait();
              onDisk.accumulateAndGet(seen, Math::max);
            });
    List<Future<?>> writers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      writers.add(
          threads.submit(
              () -> {
                for (int n = 0; n < 500; n++) {
                  group.begin();
                  long mine = written.incrementAndGet();
                  group.commit();
                  assertTrue(onDisk.get() >= mine, "answered before it was on disk");
                }
              }));
    }
    for (Future<?> writer : writers) {
      await(writer);
    }
  }

  @Test
  void aReaderWaitsForWhatAWriterMayHaveLetItSee() {
    AtomicInteger flushes = new AtomicInteger();
    GroupCommit group = new GroupCommit(flushes::incrementAndGet);
    group.settle();
    assertEquals(0, flushes.get(), "nothing was written");
    group.begin();
    group.settle();
    assertEquals(1, flushes.get(), "the writer may have committed already");
    group.commit();
    assertEquals(2, flushes.get(), "the flush for the reader began before this commit");
    group.settle();
    assertEquals(2, flushes.get());
  }

  @Test
  void aWriterThatGaveUpIsNotWaitedFor() {
    AtomicInteger flushes = new AtomicInteger();
    GroupCommit group = new GroupCommit(flushes::incrementAndGet);
    group.begin();
    group.abandon();
    group.settle();
    assertEquals(0, flushes.get());
  }

  @Test
  void aFlushThatFailedIsNotTakenForOneThatWasDone() {
    AtomicInteger flushes = new AtomicInteger();
    GroupCommit group =
        new GroupCommit(
            () -> {
              if (flushes.incrementAndGet() == 1) {
                throw new IllegalStateException("the disk is full");
              }
            });
    group.begin();
    assertThrows(IllegalStateException.class, group::commit);
    group.begin();
    group.commit();
    assertEquals(2, flushes.get());
    group.settle();
    assertFalse(flushes.get() > 2);
  }

  private static void commit(GroupCommit group) {
    group.begin();
    group.commit();
  }
}
