package ostler.lab.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import ostler.lab.FolderLock;
import ostler.lab.LabException;
import ostler.lab.LabImage;
import ostler.lab.LabMachine;
import ostler.lab.LabModule;
import ostler.lab.MachineOptions;
import ostler.lab.Programs;
import ostler.lab.Progress;
import ostler.lab.stack.Card;

/**
 * What a scenario finds: an image, Ostler's programs, a shared machine, a shared stack, and fresh
 * ones.
 *
 * <p>The shared machine is booted when first asked for. Who uses it leaves its devices as they were
 * found: without driver and override. After a scenario failed, the next one gets another.
 */
public final class LabContext implements AutoCloseable {

  /** How many runs of one source tree may be at work at once. */
  private static final int MAX_RUNS = 9;

  private final LabImage image;
  private final FolderLock lock;
  private final PartTimes times;
  private final Path artifacts;
  private final Path programs;
  private Optional<LabMachine> shared = Optional.empty();
  private int sharedBoots;
  private Optional<StackRun> stack = Optional.empty();
  private int stackBoots;

  private LabContext(LabImage image, FolderLock lock, PartTimes times, Path artifacts, Path home)
      throws IOException {
    this.image = image;
    this.lock = lock;
    this.times = times;
    this.artifacts = artifacts;
    long start = System.nanoTime();
    this.programs = Programs.stage(home, artifacts.toAbsolutePath().resolve("programs"));
    times.done("programs gathered", start);
  }

  /**
   * Gathers the programs of the source tree at {@code home}. Logs go below {@code artifacts}, or,
   * while another run has that folder, below one beside it.
   *
   * @param times of what was done before, to be added to
   */
  public static LabContext open(LabImage image, PartTimes times, Path home, Path artifacts)
      throws IOException, LabException {
    for (int run = 1; run <= MAX_RUNS; run++) {
      Path own =
          run == 1 ? artifacts : artifacts.resolveSibling(artifacts.getFileName() + "-" + run);
      Optional<FolderLock> lock = FolderLock.take(own);
      if (lock.isPresent()) {
        return new LabContext(image, lock.get(), times, own, home);
      }
    }
    throw new LabException(
        MAX_RUNS + " runs of this source tree are at work below " + artifacts + "; end one first");
  }

  /** How long what is not a scenario's own work took so far. */
  public PartTimes times() {
    return times;
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

  /** The lab's kernel module, built first if the cache does not have it. */
  LabModule module() throws IOException, InterruptedException, LabException {
    return LabModule.prepare(image, cache(), options("module-build"), Progress.onStandardError());
  }

  /** Where what was fetched and built once is kept: the image lies in a folder of it. */
  Path cache() {
    return image.folder().getParent().getParent();
  }

  /** A machine of the scenario's own, which it closes. */
  public LabMachine fresh(MachineOptions options)
      throws IOException, InterruptedException, LabException {
    LabMachine machine = LabMachine.boot(image, options);
    times.took("machines booted", machine.bootTime());
    return machine;
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
    try {
      discardShared();
    } finally {
      lock.close();
    }
  }
}
