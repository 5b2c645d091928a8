package ostler.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import ostler.lab.LabException;

/** Runs one scenario after the other, each within its deadline. */
final class ScenarioRunner implements AutoCloseable {

  private final LabContext lab;
  private final ExecutorService thread =
      Executors.newCachedThreadPool(
          body -> {
            Thread worker = new Thread(body, "scenario");
            worker.setDaemon(true);
            return worker;
          });

  ScenarioRunner(LabContext lab) {
    this.lab = lab;
  }

  /** Runs it and returns its evidence. */
  Evidence run(Scenario scenario) throws IOException, InterruptedException, LabException {
    long start = System.nanoTime();
    Future<String> running = thread.submit(() -> scenario.body().run(lab));
    boolean passed = false;
    try {
      String line = running.get(scenario.deadline().toMillis(), TimeUnit.MILLISECONDS);
      passed = true;
      return new Evidence(line, Duration.ofNanos(System.nanoTime() - start));
    } catch (TimeoutException e) {
      throw new LabException(
          scenario.name() + " was not done after " + scenario.deadline().toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new LabException(
          scenario.name() + " failed: " + e.getCause().getMessage(), e.getCause());
    } finally {
      if (!passed) {
        running.cancel(true);
        lab.discardShared();
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** What was seen, and how long it took. */
  record Evidence(String line, Duration time) {}
}
