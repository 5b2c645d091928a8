package ostler.root;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;

/** One verb at a time on a group, and one writer at a time on the list of managed addresses. */
public final class Locks {

  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Outside outside;
  private final Deadline deadline;

  public Locks(Outside outside, Deadline deadline) {
    this.outside = outside;
    this.deadline = deadline;
  }

  /** What is done under a lock. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws Refusal;
  }

  /**
   * Works under a group's lock, after waiting a little for another verb to end.
   *
   * @throws Refusal LOCKED; JOURNAL_FAILED if there can be no lock; and the work's own
   */
  public <T> T holdingGroup(IommuGroup group, Work<T> work) throws Refusal {
    return holding(
        outside.layout().locks().resolve("group-" + group + ".lock"),
        "Another verb is at work on IOMMU group %s, or stuck in it. Try again; if it stays so, look for a root program of Ostler in state D and reboot this host when you can."
            .formatted(group),
        work);
  }

  /** Works under the lock of a device that has slices, after waiting as above. */
  public <T> T holdingParent(PciAddress parent, Work<T> work) throws Refusal {
    return holding(
        outside.layout().locks().resolve("parent-" + parent + ".lock"),
        "Another verb is at work on the slices of %s, or stuck in it. Try again; if it stays so, look for a root program of Ostler in state D and reboot this host when you can."
            .formatted(parent),
        work);
  }

  /** Works under the lock of the hook's list. */
  public <T> T holdingList(Work<T> work) throws Refusal {
    return holding(
        outside.layout().locks().resolve("managed.lock"),
        "Other verbs keep writing the list of managed addresses. Try again.",
        work);
  }

  /** Works under the lock of the list of slices. */
  public <T> T holdingSlices(Work<T> work) throws Refusal {
    return holding(
        outside.layout().locks().resolve("slices.lock"),
        "Other verbs keep writing the list of slices. Try again.",
        work);
  }

  private <T> T holding(Path file, String whenTaken, Work<T> work) throws Refusal {
    try {
      FileChannel channel = open(file);
      try {
        await(channel, whenTaken);
        return work.run();
      } finally {
        giveBack(channel);
      }
    } catch (IOException e) {
      throw new Refusal(
          Code.JOURNAL_FAILED, "There can be no lock: %s.".formatted(KernelError.wordsOf(e)));
    }
  }

  private void await(FileChannel channel, String whenTaken) throws IOException, Refusal {
    long tries = deadline.paced(WAIT).dividedBy(PAUSE) + 1;
    for (long attempt = 1; !isMine(channel); attempt++) {
      if (attempt >= tries) {
        throw new Refusal(Code.LOCKED, whenTaken);
      }
      outside.pause().last(PAUSE);
    }
  }

  /**
   * While a thread of this process is stuck in the kernel the lock stays with it, until the kernel
   * lets the process end, so that nobody else touches the group.
   */
  private void giveBack(FileChannel channel) throws IOException {
    if (!deadline.isStuck()) {
      channel.close();
    }
  }

  /** The folder above may belong to everybody, so whoever owns ours is asked after. */
  private FileChannel open(Path file) throws IOException, Refusal {
    Path folder = file.getParent();
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Optional<String> fault = new TrustedFile(folder, outside.owner()).ownFault();
    if (fault.isPresent()) {
      throw new Refusal(
          Code.JOURNAL_FAILED, "There can be no lock: %s. Remove it.".formatted(fault.get()));
    }
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
  }

  private static boolean isMine(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // Another verb in this very process has it, as may be so in tests.
      return false;
    }
  }
}
