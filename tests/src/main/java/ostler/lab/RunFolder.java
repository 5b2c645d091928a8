package ostler.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder below the machine's temporary one that lasts as long as this program. What a program
 * that was killed has left is removed by the next one that makes a folder of the same name.
 */
public final class RunFolder implements AutoCloseable {

  private final Path path;
  private final FolderLock lock;

  private RunFolder(Path path, FolderLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes one, and removes those of the same name whose owners are gone.
   *
   * @param name the beginning of its name
   */
  public static RunFolder create(String name) throws IOException {
    return create(Path.of(System.getProperty("java.io.tmpdir")), name);
  }

  static RunFolder create(Path parent, String name) throws IOException {
    String own = name + "-" + ProcessHandle.current().pid() + "-";
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, name + "-*")) {
      for (Path folder : folders) {
        if (!folder.getFileName().toString().startsWith(own)) {
          removeIfLeft(folder);
        }
      }
    }
    Path path = Files.createTempDirectory(parent, own);
    return new RunFolder(path, FolderLock.take(path).orElseThrow());
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** A folder without a lock file is just being made, or is nobody's that we know. */
  private static void removeIfLeft(Path folder) throws IOException {
    if (!FolderLock.isKnownIn(folder) || !Files.isWritable(folder)) {
      return;
    }
    Optional<FolderLock> lock = FolderLock.take(folder);
    if (lock.isPresent()) {
      new RunFolder(folder, lock.get()).close();
    }
  }

  /** Removes the folder with all that is in it. */
  @Override
  public void close() throws IOException {
    try {
      DirectoryTree.delete(path);
    } finally {
      lock.close();
    }
  }
}
