package ostler.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * A guest that is ready to boot: kernel, initramfs, root image, and the tools to run it with.
 *
 * <p>It lies in a cache under the hash of its {@link Recipe}. The folder appears under that name by
 * one rename when it is complete, so what a kill leaves behind is never taken for an image.
 *
 * @param folder where it lies
 */
public record LabImage(Path folder) {

  /**
   * The prepared image, made first if the cache does not have it.
   *
   * <p>Two preparers, in one process or in several, wait for each other. What an older recipe made
   * is left alone, since another source tree may be using it.
   *
   * @throws LabUnavailableException if this machine cannot prepare it, saying why
   */
  public static LabImage prepare(Path cache, Progress progress)
      throws IOException, InterruptedException, LabException {
    String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!machine.equals("Linux amd64")) {
      throw new LabUnavailableException(
          "the lab's QEMU is built for Linux on x86-64, and this machine is " + machine);
    }
    return prepare(cache, folder -> new GuestBuild(folder, progress).run());
  }

  /** The same with the making handed in: it fills a folder, or throws. */
  static synchronized LabImage prepare(Path cache, Making making)
      throws IOException, InterruptedException, LabException {
    Path home = Files.createDirectories(cache.toAbsolutePath().resolve("lab"));
    Path ready = home.resolve(Recipe.hash());
    Path building = home.resolve(Recipe.hash() + ".building");
    try (FileChannel channel =
            FileChannel.open(
                home.resolve(Recipe.hash() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !Files.isDirectory(ready)) {
        DirectoryTree.delete(building);
        Files.createDirectories(building);
        making.fill(building);
        Files.move(building, ready, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    return new LabImage(ready);
  }

  /** Fills a folder with everything that an image has. */
  @FunctionalInterface
  interface Making {
    void fill(Path folder) throws IOException, InterruptedException, LabException;
  }

  /** {@code $OSTLER_CACHE}, else {@code $XDG_CACHE_HOME/ostler}, else {@code ~/.cache/ostler}. */
  public static Path cache(Map<String, String> environment) {
    String own = environment.getOrDefault("OSTLER_CACHE", "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    return shared.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache", "ostler")
        : Path.of(shared, "ostler");
  }

  Path kernel() {
    return folder.resolve("vmlinuz");
  }

  Path initramfs() {
    return folder.resolve("initramfs.gz");
  }

  Path root() {
    return folder.resolve("root.squashfs");
  }

  UnpackedTree tools() {
    return new UnpackedTree(folder.resolve("tools"));
  }

  /** Where QEMU finds firmware. */
  List<Path> firmware() {
    Path tools = folder.resolve("tools");
    return List.of(
        tools.resolve("usr/share/qemu"),
        tools.resolve("usr/share/seabios"),
        tools.resolve("usr/lib/ipxe/qemu"));
  }
}
