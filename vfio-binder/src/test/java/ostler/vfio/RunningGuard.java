package ostler.vfio;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.time.Duration;
import ostler.root.Layout;
import ostler.root.Outside;
import ostler.wire.LineChannel;

/** A guard at work in a thread of its own. */
final class RunningGuard implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Thread thread;
  private final Layout layout;

  private RunningGuard(Thread thread, Layout layout) {
    this.thread = thread;
    this.layout = layout;
  }

  static RunningGuard start(Outside outside) throws IOException, InterruptedException {
    Guard guard = new Guard(outside);
    Thread thread =
        new Thread(
            () -> {
              try {
                guard.run();
              } catch (ClosedByInterruptException e) {
                Thread.currentThread().interrupt();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            },
            "guard");
    thread.setDaemon(true);
    thread.start();
    RunningGuard running = new RunningGuard(thread, outside.layout());
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(outside.layout().guardProcess())) {
      if (System.nanoTime() > end || !thread.isAlive()) {
        throw new IllegalStateException("the guard does not come up");
      }
      Thread.sleep(5);
    }
    return running;
  }

  /** Says something to it, and hears its answer. */
  String ask(String line) throws IOException {
    try (LineChannel lines = LineChannel.to(layout.guardSocket(), PATIENCE)) {
      lines.write(line);
      return new String(lines.read(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(layout.guardProcess());
    Files.deleteIfExists(layout.guardSocket());
  }
}
