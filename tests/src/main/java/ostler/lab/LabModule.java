package ostler.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The lab's own kernel module, which makes slices, built for the kernel of an image.
 *
 * <p>No compiler is asked of the machine: Debian's, with the kernel's headers, is unpacked into the
 * cache and runs in a guest, which hands the module out. Both stay in the cache.
 *
 * @param file the module
 */
public record LabModule(Path file) {

  private static final String NAME = "ostler_lab";
  private static final List<String> SOURCES = List.of("Kbuild", NAME + ".c");
  private static final Duration COMMAND_DEADLINE = Duration.ofSeconds(60);

  /** The emulated machine compiles some ten times slower than the machine it runs on. */
  private static final Duration BUILD_DEADLINE = Duration.ofMinutes(6);

  /**
   * The module, built first if the cache does not have it.
   *
   * @param options of a machine to build it in, if that is needed
   * @throws LabUnavailableException if the compiler cannot be fetched
   */
  public static LabModule prepare(
      LabImage image, Path cache, MachineOptions options, Progress progress)
      throws IOException, InterruptedException, LabException {
    Path home = Files.createDirectories(cache.toAbsolutePath().resolve("modules"));
    Path ready = home.resolve(image.folder().getFileName() + "-" + hash() + ".ko");
    if (!Files.exists(ready)) {
      Progress.Step building = progress.start("building the lab's kernel module");
      byte[] module = build(cache, image, options, progress);
      Path fresh = Files.createTempFile(home, NAME, ".new");
      Files.write(fresh, module);
      Files.move(fresh, ready, StandardCopyOption.ATOMIC_MOVE);
      building.done(module.length / 1024 + " KiB");
    }
    return new LabModule(ready);
  }

  /** Loads it into a machine, as whose kernel it was built; {@code parameters} as modprobe's. */
  public void load(LabMachine machine, String parameters)
      throws IOException, InterruptedException, LabException {
    String text = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    machine.run(
        """
        modprobe -a mdev vfio vfio-pci
        base64 -d >/tmp/%1$s.ko <<'END'
        %2$s
        END
        insmod /tmp/%1$s.ko %3$s
        """
            .formatted(NAME, text, parameters),
        COMMAND_DEADLINE);
  }

  private static byte[] build(Path cache, LabImage image, MachineOptions options, Progress progress)
      throws IOException, InterruptedException, LabException {
    String kernel = version(image, options);
    DebianPrograms tools =
        DebianPrograms.prepare(
            cache,
            "kernel-tools-" + kernel,
            List.of(
                "linux-headers-" + kernel,
                "make",
                "bash",
                "dash",
                "coreutils",
                "sed",
                "grep",
                "gawk"),
            progress);
    MachineOptions withTools =
        options.withExtraArguments(
            List.of(
                "-fsdev",
                "local,id=tools,security_model=none,readonly=on,multidevs=remap,path="
                    + tools.root(),
                "-device",
                "virtio-9p-pci,fsdev=tools,mount_tag=tools,bus=pcie.0,addr=0x8"));
    try (LabMachine machine = LabMachine.boot(image, withTools)) {
      StringBuilder script = new StringBuilder(PREPARE);
      for (String source : SOURCES) {
        script.append("cat >/mnt/tmp/module/").append(source).append(" <<'END'\n");
        script.append(new String(source(source), StandardCharsets.UTF_8)).append("END\n");
      }
      machine.run(script.toString(), COMMAND_DEADLINE);
      return Base64.getDecoder().decode(machine.run(COMPILE.formatted(kernel), BUILD_DEADLINE));
    }
  }

  /** The tools' folder becomes a root of its own, of which only /tmp can be written. */
  private static final String PREPARE =
      """
      set -e
      mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose tools /mnt
      mount -t tmpfs tools /mnt/tmp
      mount -t proc proc /mnt/proc
      mount --bind /dev /mnt/dev
      mkdir /mnt/tmp/module /mnt/tmp/bin
      ln -s /usr/bin/gcc-12 /mnt/tmp/bin/gcc
      ln -s /usr/bin/gawk /mnt/tmp/bin/awk
      """;

  private static final String COMPILE =
      """
      chroot /mnt /bin/bash -e -c '
        export PATH=/tmp/bin:/usr/bin:/bin
        make -s -C /usr/src/linux-headers-%s M=/tmp/module modules >/tmp/log 2>&1 || {
          cat /tmp/log >&2
          exit 1
        }
        strip --strip-debug /tmp/module/ostler_lab.ko
        base64 -w0 /tmp/module/ostler_lab.ko'
      """;

  /** Its headers have to be of the image's very kernel. */
  private static String version(LabImage image, MachineOptions options)
      throws IOException, InterruptedException, LabException {
    try (LabMachine machine = LabMachine.boot(image, options)) {
      return machine.run("uname -r", COMMAND_DEADLINE);
    }
  }

  private static byte[] source(String name) throws IOException {
    try (InputStream in = LabModule.class.getResourceAsStream("module/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the lab's file module/" + name + " is not in this build");
      }
      return in.readAllBytes();
    }
  }

  /** Of the sources, so that a change of them makes another module. */
  private static String hash() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String source : SOURCES) {
        digest.update(source(source));
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
