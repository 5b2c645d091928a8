package ostler.root;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import ostler.pci.PciAddress;

/**
 * Runs what may hang in the kernel on a thread of its own, and gives it up when its time is over.
 *
 * <p>A thread that is stuck in the kernel cannot be killed, nor can its process end, so from then
 * on nothing more is asked of the kernel here: every further call ends at once in {@link Wedged}.
 */
public final class Deadline {

  /** What is asked of the kernel. */
  @FunctionalInterface
  public interface Call<T> {
    T run() throws IOException;
  }

  /** As {@link Call}, where nothing comes back. */
  @FunctionalInterface
  public interface Act {
    void run() throws IOException;
  }

  private final UnaryOperator<Duration> pace;
  private volatile Wedged stuck;

  /**
   * @param pace makes of each operation's limit the one that counts here: the same in the program,
   *     a shorter one in tests
   */
  public Deadline(UnaryOperator<Duration> pace) {
    this.pace = pace;
  }

  /**
   * Runs the call and waits for it.
   *
   * @throws KernelException if the kernel answers with an error
   * @throws Wedged if it does not answer in time, or did not before
   */
  public <T> T within(KernelOperation operation, PciAddress device, Call<T> call)
      throws KernelException {
    return within(operation, device, 1, call);
  }

  /** As {@link #within}, with the limit of as many such operations. */
  public <T> T within(KernelOperation operation, PciAddress device, int times, Call<T> call)
      throws KernelException {
    if (stuck != null) {
      throw stuck;
    }
    FutureTask<T> task = new FutureTask<>(call::run);
    Thread thread = new Thread(task, operation.name());
    thread.setDaemon(true);
    thread.start();
    return await(task, operation, device, operation.limit().multipliedBy(times));
  }

  /** As {@link #within}, where nothing comes back. */
  public void during(KernelOperation operation, PciAddress device, Act act) throws KernelException {
    within(
        operation,
        device,
        () -> {
          act.run();
          return true;
        });
  }

  /** Whether a thread of this process is stuck in the kernel. */
  public boolean isStuck() {
    return stuck != null;
  }

  /** A time to wait for something that cannot hang, at the same pace. */
  public Duration paced(Duration usual) {
    return pace.apply(usual);
  }

  private <T> T await(
      FutureTask<T> task, KernelOperation operation, PciAddress device, Duration limit)
      throws KernelException {
    try {
      return task.get(pace.apply(limit).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw answered(e.getCause(), operation, device);
    } catch (TimeoutException e) {
      stuck = new Wedged(operation, device, limit);
      throw stuck;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted, and nothing here interrupts", e);
    }
  }

  private static KernelException answered(
      Throwable cause, KernelOperation operation, PciAddress device) {
    if (cause instanceof IOException io) {
      return new KernelException(operation, device, io);
    }
    if (cause instanceof InternalError) {
      // So the JVM says that mapped memory gave a bus error: its device has been taken away.
      return new KernelException(operation, device, new IOException("No such device"));
    }
    if (cause instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) cause;
  }
}
