package ostler.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Programs of Debian, fetched with all they depend on and unpacked into the cache, where they run
 * from without being installed.
 *
 * @param root what would be the file system's root, had they been installed
 */
public record DebianPrograms(Path root) {

  /** Of the suite that the lab's guest is made of. */
  public static DebianPrograms prepare(
      Path cache, String name, List<String> packages, Progress progress)
      throws IOException, InterruptedException, LabException {
    return prepare(cache, name, Recipe.SUITE, packages, progress);
  }

  /**
   * The programs, fetched first if the cache does not have them.
   *
   * @param name of the folder in the cache; another set of packages needs another name
   * @param suite by its code name; its own libraries and loader come with them
   * @throws LabUnavailableException if this machine cannot fetch them, saying why
   */
  public static DebianPrograms prepare(
      Path cache, String name, String suite, List<String> packages, Progress progress)
      throws IOException, InterruptedException, LabException {
    Path home = Files.createDirectories(cache.toAbsolutePath().resolve("programs"));
    Path ready = home.resolve(name);
    try (FileChannel channel =
            FileChannel.open(
                home.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !Files.isDirectory(ready)) {
        Path building = home.resolve(name + ".building");
        DirectoryTree.delete(building);
        fill(building, suite, packages, progress);
        Files.move(building, ready, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    return new DebianPrograms(ready);
  }

  private static void fill(Path folder, String suite, List<String> packages, Progress progress)
      throws IOException, InterruptedException, LabException {
    Path apt = Files.createDirectories(folder.resolve("apt"));
    Progress.Step fetching = progress.start("fetching " + packages.get(0));
    List<Path> archives = DebianMirror.open(apt, suite).closure(packages);
    fetching.done(archives.size() + " packages");
    Progress.Step unpacking = progress.start("unpacking " + packages.get(0));
    GuestBuild.mergeUsr(folder);
    GuestBuild.unpack(archives, folder);
    DirectoryTree.delete(apt);
    unpacking.done("");
  }

  /** The words that start a program, a path below the root. */
  public List<String> command(String program, String... arguments) {
    return new UnpackedTree(root).command(program, arguments);
  }
}
