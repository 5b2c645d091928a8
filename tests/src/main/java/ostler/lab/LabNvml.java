package ostler.lab;

import java.io.IOException;
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
import ostler.pci.PciAddress;

/**
 * A library that behaves as NVIDIA's NVML does, built from the source beside the binding's tests.
 * As the lab's kernel module it is built in a guest by Debian's compiler, and kept in the cache.
 *
 * @param library the library
 * @param older one that lacks some newer functions
 * @param contract the folder of the class files that prove the binding against it
 */
public record LabNvml(Path library, Path older, Path contract) {

  /** Where it lies in a guest, with the files that say how it behaves. */
  public static final String FOLDER = "/run/nvml";

  public static final String LIBRARY = FOLDER + "/libnvidia-ml.so.1";

  private static final String INSTALLED = "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1";
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(76, new byte[] {'\n'});
  private static final Duration COMMAND_DEADLINE = Duration.ofSeconds(60);
  private static final Duration BUILD_DEADLINE = Duration.ofMinutes(6);

  /**
   * The library, built first if the cache does not have it.
   *
   * @param home the source tree
   * @param options of a machine to build it in, if that is needed
   * @throws LabUnavailableException if the compiler cannot be fetched
   */
  public static LabNvml prepare(
      LabImage image, Path home, Path cache, MachineOptions options, Progress progress)
      throws IOException, InterruptedException, LabException {
    Path module = home.resolve("mdev-manager/nvml");
    byte[] source = Files.readAllBytes(module.resolve("src/test/resources/ostler/nvml/stub.c"));
    Path folder = Files.createDirectories(cache.toAbsolutePath().resolve("nvml"));
    String name = image.folder().getFileName() + "-" + hash(source);
    Path library = folder.resolve(name + ".so");
    Path older = folder.resolve(name + "-old.so");
    if (!Files.exists(library) || !Files.exists(older)) {
      Progress.Step building = progress.start("building the lab's NVML");
      build(source, List.of(library, older), cache, image, options, progress);
      building.done(Files.size(library) / 1024 + " KiB");
    }
    return new LabNvml(library, older, module.resolve("target/test-classes/ostler/nvml"));
  }

  /** Puts it into a machine where a driver's package would, seeing these devices. */
  public void install(LabMachine machine, String devices)
      throws IOException, InterruptedException, LabException {
    StringBuilder script =
        new StringBuilder("set -e; rm -rf " + FOLDER + "; mkdir -m 755 " + FOLDER + "\n");
    script.append("ln -sf ").append(LIBRARY).append(' ').append(INSTALLED).append('\n');
    write(script, LIBRARY, library);
    write(script, FOLDER + "/old.so", older);
    script.append("cat >").append(FOLDER).append("/devices <<'END'\n");
    script.append(devices).append("END\n");
    machine.run(script.toString(), COMMAND_DEADLINE);
  }

  /** Has functions of it fail: lines of function, fault, number, and calls before. */
  public static void fail(LabMachine machine, String faults)
      throws IOException, InterruptedException, LabException {
    machine.run("echo '" + faults + "' >" + FOLDER + "/faults", COMMAND_DEADLINE);
  }

  /** What one device's line says. */
  public static String device(PciAddress address, String kind) {
    return "%s GPU-8f6d5f5c-0000-4000-8000-000000000001 1320220000001 40960 %s%n"
        .formatted(address, kind);
  }

  /** Puts the proof of the binding into a folder of a machine. */
  public void bringContract(LabMachine machine, String to)
      throws IOException, InterruptedException, LabException {
    StringBuilder script = new StringBuilder("set -e; mkdir -p " + to + "/ostler/nvml\n");
    try (var files = Files.list(contract)) {
      for (Path file : files.filter(LabNvml::isContract).sorted().toList()) {
        write(
            script, to + "/ostler/nvml/" + file.getFileName().toString().replace("$", "\\$"), file);
      }
    }
    machine.run(script.toString(), COMMAND_DEADLINE);
  }

  private static boolean isContract(Path file) {
    return file.getFileName().toString().startsWith("StubContract");
  }

  /** Takes it out of a machine again. */
  public static void remove(LabMachine machine)
      throws IOException, InterruptedException, LabException {
    machine.run("rm -rf " + FOLDER + " " + INSTALLED, COMMAND_DEADLINE);
  }

  private static void write(StringBuilder script, String to, Path from) throws IOException {
    script.append("base64 -d >").append(to).append(" <<'END'\n");
    script.append(LINES.encodeToString(Files.readAllBytes(from)));
    script.append("\nEND\n");
  }

  private static void build(
      byte[] source,
      List<Path> targets,
      Path cache,
      LabImage image,
      MachineOptions options,
      Progress progress)
      throws IOException, InterruptedException, LabException {
    DebianPrograms tools =
        DebianPrograms.prepare(
            cache,
            "c-tools",
            List.of("gcc-12", "libc6-dev", "bash", "dash", "coreutils"),
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
      machine.run(PREPARE.formatted(new String(source, StandardCharsets.UTF_8)), COMMAND_DEADLINE);
      List<String> flags = List.of("", "-DOLD");
      for (int at = 0; at < targets.size(); at++) {
        String library = machine.run(COMPILE.formatted(flags.get(at)), BUILD_DEADLINE);
        Path fresh = Files.createTempFile(targets.get(at).getParent(), "nvml", ".new");
        Files.write(fresh, Base64.getDecoder().decode(library));
        Files.move(fresh, targets.get(at), StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static final String PREPARE =
      """
      set -e
      mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose tools /mnt
      mount -t tmpfs tools /mnt/tmp
      mount --bind /dev /mnt/dev
      cat >/mnt/tmp/stub.c <<'END'
      %s
      END
      """;

  private static final String COMPILE =
      """
      chroot /mnt /bin/bash -e -c '
        export PATH=/usr/bin:/bin
        gcc-12 -shared -fPIC -O1 -Wl,-soname,libnvidia-ml.so.1 %s -o /tmp/stub.so /tmp/stub.c
        base64 -w0 /tmp/stub.so'
      """;

  private static String hash(byte[] source) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(source);
      return HexFormat.of().formatHex(digest).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
