package ostler.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;

/** Makes one guest out of the recipe, in a folder of its own that nobody looks at until the end. */
final class GuestBuild {

  private static final Duration UNPACK_DEADLINE = Duration.ofMinutes(5);
  private static final Duration PACK_DEADLINE = Duration.ofMinutes(10);
  private static final Duration TOOL_DEADLINE = Duration.ofMinutes(2);
  private static final int UNPACKERS = 4;

  private final Path folder;
  private final Progress progress;
  private final Path tree;
  private final Path kernel;
  private final UnpackedTree programs;

  GuestBuild(Path folder, Progress progress) {
    this.folder = folder;
    this.progress = progress;
    tree = folder.resolve("tree");
    kernel = folder.resolve("kernel");
    programs = new UnpackedTree(tree);
  }

  void run() throws IOException, InterruptedException, LabException {
    Progress.Step lists = progress.start("package lists");
    DebianMirror mirror = DebianMirror.open(folder.resolve("apt"), Recipe.SUITE);
    lists.done(Recipe.SUITE);

    Progress.Step fetching = progress.start("fetching packages");
    List<Path> archives = mirror.closure(Recipe.words(Recipe.PACKAGES));
    Path kernelArchive = mirror.behind(Recipe.KERNEL_METAPACKAGE);
    fetching.done((archives.size() + 1) + " packages, " + mebibytes(archives, kernelArchive));

    Progress.Step unpacking = progress.start("unpacking");
    mergeUsr(tree);
    unpack(archives, tree);
    Files.createDirectories(kernel);
    unpackInto(kernel, kernelArchive);
    unpacking.done("");

    Progress.Step configuring = progress.start("kernel modules and configuration");
    Set<String> bootModules = installKernel();
    configure();
    writeInitramfs(bootModules);
    configuring.done(kernelVersion());

    Progress.Step packing = progress.start("packing the root image");
    pack();
    programs.moveTo(folder.resolve("tools"), Recipe.TOOLS);
    for (Path scrap : List.of(tree, kernel, folder.resolve("apt"), folder.resolve("initramfs"))) {
      DirectoryTree.delete(scrap);
    }
    packing.done(Files.size(folder.resolve("root.squashfs")) / (1 << 20) + " MiB");
  }

  static void mergeUsr(Path tree) throws IOException {
    for (var link : Recipe.MERGED_USR.entrySet()) {
      Files.createDirectories(tree.resolve(link.getValue()));
      Files.createSymbolicLink(tree.resolve(link.getKey()), Path.of(link.getValue()));
    }
  }

  /** Unpacks packages over each other. */
  static void unpack(List<Path> archives, Path tree) throws InterruptedException, LabException {
    ExecutorService pool = Executors.newFixedThreadPool(UNPACKERS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (Path archive : archives) {
        running.add(
            pool.submit(
                () -> {
                  unpackInto(tree, archive);
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new LabException("a package could not be unpacked: " + e.getCause().getMessage(), e);
    } finally {
      pool.shutdownNow();
    }
  }

  /** No maintainer script runs. A directory in a package does not replace the merged-usr link. */
  private static void unpackInto(Path target, Path archive)
      throws IOException, InterruptedException, LabException {
    StringBuilder script = new StringBuilder("dpkg-deb --fsys-tarfile \"$1\" | tar -x -p");
    script.append(" --keep-directory-symlink --no-same-owner --delay-directory-restore -C \"$2\"");
    Recipe.CUT.forEach(cut -> script.append(" --exclude='").append(cut).append('\''));
    HostCommand.of(
            "bash",
            "-c",
            "set -e -o pipefail; " + script,
            "unpack",
            archive.toString(),
            target + "")
        .run(UNPACK_DEADLINE);
  }

  private String kernelVersion() throws IOException {
    try (var versions = Files.list(kernel.resolve("lib/modules"))) {
      return versions.findFirst().orElseThrow().getFileName().toString();
    }
  }

  /** Moves the wanted modules and the kernel to their places; returns what boots the root. */
  private Set<String> installKernel() throws IOException, InterruptedException, LabException {
    String version = kernelVersion();
    Path from = kernel.resolve("lib/modules").resolve(version);
    Path to = tree.resolve("usr/lib/modules").resolve(version);
    depmod(kernel, version);
    KernelModules modules = new KernelModules(Files.readString(from.resolve("modules.dep")));
    List<String> wanted = new ArrayList<>(Recipe.words(Recipe.MODULES));
    for (String path : modules.inLoadOrder(wanted)) {
      Files.createDirectories(to.resolve(path).getParent());
      Files.copy(from.resolve(path), to.resolve(path));
    }
    for (String index : List.of("modules.builtin", "modules.builtin.modinfo", "modules.order")) {
      Files.copy(from.resolve(index), to.resolve(index));
    }
    depmod(tree, version);
    Files.copy(kernel.resolve("boot/vmlinuz-" + version), folder.resolve("vmlinuz"));
    Files.copy(folder.resolve("vmlinuz"), tree.resolve("boot/vmlinuz"));
    return modules.inLoadOrder(Recipe.BOOT_MODULES);
  }

  private void depmod(Path base, String version)
      throws IOException, InterruptedException, LabException {
    new HostCommand(programs.commandAs("depmod", "usr/bin/kmod", "-b", base.toString(), version))
        .run(TOOL_DEADLINE);
  }

  private void configure() throws IOException {
    for (String path : Recipe.FOLDERS) {
      Files.createDirectories(tree.resolve(path));
    }
    for (var link : Recipe.LINKS.entrySet()) {
      Path place = tree.resolve(link.getKey());
      if (Files.isDirectory(place)) {
        DirectoryTree.delete(place);
      }
      Files.deleteIfExists(place);
      Files.createSymbolicLink(place, Path.of(link.getValue()));
    }
    for (var file : Recipe.FILES.entrySet()) {
      Path place = tree.resolve(file.getKey());
      Files.createDirectories(place.getParent());
      Files.write(place, Recipe.file(file.getKey()));
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(file.getValue()));
    }
  }

  /** A static busybox, its init, and the few modules before the root image; nothing else. */
  private void writeInitramfs(Set<String> modules)
      throws IOException, InterruptedException, LabException {
    Path staging = folder.resolve("initramfs");
    for (String path :
        List.of("bin", "modules", "proc", "sys", "dev", "image", "overlay", "root")) {
      Files.createDirectories(staging.resolve(path));
    }
    Path busybox = tree.resolve("usr/bin/busybox");
    Files.copy(busybox, staging.resolve("bin/busybox"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.write(staging.resolve("init"), Recipe.file("init"));
    Files.setPosixFilePermissions(
        staging.resolve("init"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Path from = kernel.resolve("lib/modules").resolve(kernelVersion());
    List<String> order = new ArrayList<>();
    for (String path : modules) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      Files.copy(from.resolve(path), staging.resolve("modules").resolve(name));
      order.add(name);
    }
    Files.writeString(staging.resolve("modules/order"), String.join("\n", order) + "\n");
    Path archive = folder.resolve("initramfs.cpio");
    HostCommand.of(
            "bash",
            "-c",
            "set -e -o pipefail; \"$1\" find . | \"$1\" cpio -o -H newc -R 0:0 > \"$2\"",
            "initramfs",
            busybox.toString(),
            archive.toString())
        .in(staging)
        .run(TOOL_DEADLINE);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("initramfs.gz")))) {
      Files.copy(archive, out);
    }
    Files.delete(archive);
  }

  private void pack() throws IOException, InterruptedException, LabException {
    List<String> words =
        new ArrayList<>(
            programs.command(
                "usr/bin/mksquashfs", tree.toString(), folder.resolve("root.squashfs").toString()));
    words.addAll(List.of("-all-root", "-no-progress", "-no-xattrs", "-comp", "lz4", "-b", "128K"));
    for (String mode : Recipe.MODES) {
      words.addAll(List.of("-p", mode));
    }
    new HostCommand(words).run(PACK_DEADLINE);
  }

  private static String mebibytes(List<Path> archives, Path more) throws IOException {
    long bytes = Files.size(more);
    for (Path archive : archives) {
      bytes += Files.size(archive);
    }
    return bytes / (1 << 20) + " MiB";
  }
}
