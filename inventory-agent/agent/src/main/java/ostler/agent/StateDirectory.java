package ostler.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second agent from the same state: two journals of one host would contradict each other.
 */
final class StateDirectory implements AutoCloseable {

  private final Path path;
  private final FileChannel lock;

  private StateDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  Path path() {
    return path;
  }

  static StateDirectory take(Path state) throws IOException, StartException {
    if (!Files.isDirectory(state)) {
      throw new StartException(
          "there is no state directory " + state + "; make it, for the agent's user alone");
    }
    Object owner = Files.getAttribute(state, "unix:uid");
    if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      throw new StartException(
          state
              + " belongs to user "
              + owner
              + "; run this as that user, with sudo -u '#"
              + owner
              + "'");
    }
    FileChannel channel =
        FileChannel.open(
            state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new StateDirectory(state, channel);
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw inUse(state);
    }
    channel.close();
    throw inUse(state);
  }

  private static StartException inUse(Path state) {
    return new StartException(
        "another agent uses " + state + "; stop it first, or give this one a state of its own");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
