package ostler.lab.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import ostler.lab.LabException;
import ostler.lab.LabImage;
import ostler.lab.LabMachine;
import ostler.lab.MachineOptions;
import ostler.lab.Programs;
import ostler.lab.stack.Card;

/**
 * What a scenario finds: an image, Ostler's programs, a shared machine, a shared stack, and fresh
 * ones.
 *
 * <p>The shared machine is booted when first asked for. Who uses it leaves its devices as they were
 * found: without driver and override. After a scenario failed, the next one gets another.
 */
public final class LabContext implements AutoCloseable {

  private final LabImage image;
  private final Path artifacts;
  private final Path programs;
  private Optional<LabMachine> shared = Optional.empty();
  private int sharedBoots;
  private Optional<StackRun> stack = Optional.empty();
  private int stackBoots;

  private LabContext(LabImage image, Path artifacts, Path programs) {
    this.image = image;
    this.artifacts = artifacts;
    this.programs = programs;
  }

  /** Gathers the programs of the source tree at {@code home}; logs go below {@code artifacts}. */
  public static LabContext open(LabImage image, Path home, Path artifacts) throws IOException {
    Files.createDirectories(artifacts);
    return new LabContext(
        image, artifacts, Programs.stage(home, artifacts.toAbsolutePath().resolve("programs")));
  }

  /** The image that machines boot. */
  public LabImage image() {
    return image;
  }

  /** Where logs and whatever a scenario keeps go. */
  public Path artifacts() {
    return artifacts;
  }

  /** Options of a machine with Ostler's programs, to be changed as a scenario needs. */
  public MachineOptions options(String name) {
    return MachineOptions.plain(name, artifacts).withPrograms(programs);
  }

  /** A machine of the scenario's own, which it closes. */
  public LabMachine fresh(MachineOptions options)
      throws IOException, InterruptedException, LabException {
    return LabMachine.boot(image, options);
  }

  /** The machine that scenarios share. */
  public synchronized LabMachine shared() throws IOException, InterruptedException, LabException {
    if (shared.isEmpty()) {
      sharedBoots++;
      shared = Optional.of(fresh(options("shared-" + sharedBoots)));
    }
    return shared.get();
  }

  /** The full stack that scenarios share: card B2 is clean, unclaimed and offered to a project. */
  synchronized StackRun stack() throws IOException, InterruptedException, LabException {
    if (stack.isEmpty()) {
      stackBoots++;
      stack = Optional.of(StackRun.offered(this, "stack-" + stackBoots, Card.B2));
    }
    stack.get().makeReady();
    return stack.get();
  }

  /** Ends what is shared, so that nobody finds it as a failed scenario left it. */
  synchronized void discardShared() throws IOException, LabException {
    if (stack.isPresent()) {
      stack.get().close();
      stack = Optional.empty();
    }
    if (shared.isPresent()) {
      shared.get().close();
      shared = Optional.empty();
    }
  }

  @Override
  public void close() throws IOException, LabException {
    discardShared();
  }
}
