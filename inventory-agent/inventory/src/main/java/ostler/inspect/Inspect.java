package ostler.inspect;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ostler.capture.Capture;
import ostler.capture.HostTree;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.InventoryJson;
import ostler.inventory.PciFunction;
import ostler.inventory.Problem;
import ostler.pci.PciAddress;
import ostler.pci.PciId;
import ostler.pci.PciNames;
import ostler.sysfs.HostScan;
import ostler.sysfs.LockedMeaning;
import ostler.sysfs.Probes;
import ostler.sysfs.Read;
import ostler.sysfs.Sysfs;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;
import ostler.wire.Yaml;

/**
 * {@code ostler inspect}: what this machine has, without any server. It changes nothing, and needs
 * no root. What may hang is read by a second process of this same program.
 */
public final class Inspect {

  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int PARTIAL = 8;

  /** Whose names are shown, whichever host they are shown of. */
  private static final Path MACHINE = Path.of("/");

  /** Where a host's name is unknown, it is called so. */
  private static final HostName UNKNOWN = new HostName("unknown");

  /** This program's own document, which is as long as the host is large. */
  private static final JsonLimits OWN_DOCUMENT =
      new JsonLimits(
          Integer.MAX_VALUE, JsonLimits.REPORT.maxDepth(), JsonLimits.REPORT.maxTextChars());

  private final PrintStream out;
  private final PrintStream err;

  Inspect(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  public static void main(String[] args) throws InterruptedException {
    FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
    PrintStream out =
        new PrintStream(new BufferedOutputStream(stdout), true, StandardCharsets.UTF_8);
    int status = new Inspect(out, System.err).run(args);
    out.flush();
    System.exit(status);
  }

  int run(String... args) throws InterruptedException {
    try {
      Options options = Options.parse(args);
      if (options.help()) {
        out.print(Options.USAGE);
        return OK;
      }
      Sysfs sysfs = new Sysfs(options.root());
      if (options.probe().isPresent()) {
        Probes.child(sysfs, options.probe().get(), out);
        return OK;
      }
      return inspect(options, sysfs);
    } catch (UsageException e) {
      err.println("ostler inspect: " + e.getMessage() + "; see ostler inspect --help");
      return USAGE;
    } catch (IOException e) {
      err.println("ostler inspect: " + e);
      return FAILED;
    }
  }

  private int inspect(Options options, Sysfs sysfs)
      throws IOException, InterruptedException, UsageException {
    if (!Files.isDirectory(options.root())) {
      throw new UsageException("--root " + options.root() + " is no folder");
    }
    HostInventory scanned = new HostScan(sysfs).scan(sysfs.hostName().value().orElse(UNKNOWN));
    Map<PciAddress, Map<String, Read<String>>> locked = probe(scanned, options.root());
    HostInventory host = withLocked(scanned, locked);
    if (options.capture().isPresent()) {
      capture(options.capture().get(), Capture.of(sysfs, locked, options.identities()));
    } else {
      show(host, options);
    }
    problems(host).forEach(problem -> err.println(problem.code() + " " + problem.sentence()));
    return host.hasProblems() ? PARTIAL : OK;
  }

  private void show(HostInventory host, Options options) throws IOException {
    PciNames names = names(host);
    out.print(rendered(host, names, options));
    boolean nameless =
        host.functions().stream().anyMatch(f -> f.isEndpoint() && names.device(f.id()).isEmpty());
    if (options.isForPeople() && nameless) {
      PciNames.advice(MACHINE).ifPresent(err::println);
    }
  }

  /** Bridges are left alone: nothing that only a probe reads is of use for them. */
  private static Map<PciAddress, Map<String, Read<String>>> probe(HostInventory host, Path root)
      throws IOException, InterruptedException {
    List<PciAddress> endpoints =
        host.functions().stream()
            .filter(PciFunction::isEndpoint)
            .map(PciFunction::address)
            .toList();
    return Probes.run(endpoints, addresses -> startProbe(addresses, root));
  }

  private static Process startProbe(List<PciAddress> addresses, Path root) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Inspect.class.getName(),
                "--root",
                root.toString(),
                Options.PROBE));
    addresses.forEach(address -> command.add(address.toString()));
    // A hung probe must not keep this program's own standard error open, or whoever waits for the
    // end of that would hang as well. What a broken JVM says becomes a line that nobody believes.
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static HostInventory withLocked(
      HostInventory host, Map<PciAddress, Map<String, Read<String>>> locked) {
    return host.withFunctions(
        host.functions().stream()
            .map(
                function ->
                    Optional.ofNullable(locked.get(function.address()))
                        .map(raw -> LockedMeaning.of(function.address(), raw))
                        .map(function::withLocked)
                        .orElse(function))
            .toList());
  }

  static String rendered(HostInventory host, PciNames names, Options options) {
    return switch (options.format()) {
      case JSON -> json(host) + '\n';
      case YAML -> yaml(json(host));
      case TABLE -> new HostTable(host, names).render(options.all());
      case TREE -> new HostTopology(host, names).render(options.all());
    };
  }

  private static String json(HostInventory host) {
    return Json.writePretty(out -> InventoryJson.write(host, out));
  }

  private static String yaml(String json) {
    try {
      return Yaml.ofJson(json, OWN_DOCUMENT);
    } catch (WireException e) {
      throw new IllegalStateException("this program's own document is not sound", e);
    }
  }

  private static PciNames names(HostInventory host) throws IOException {
    Set<PciId> wanted = new HashSet<>();
    host.functions().forEach(function -> wanted.add(function.id()));
    return PciNames.read(MACHINE, wanted);
  }

  private static List<Problem> problems(HostInventory host) {
    List<Problem> problems = new ArrayList<>(host.problems());
    host.unread().forEach(device -> problems.addAll(device.problems()));
    host.functions().forEach(function -> problems.addAll(function.allProblems()));
    return problems;
  }

  private void capture(Path file, HostTree tree) throws IOException, UsageException {
    try {
      Files.writeString(file, tree.toText(), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new UsageException(file + " exists; take another name or remove it");
    }
    err.println(
        "ostler inspect: wrote "
            + tree.entries().size()
            + " entries to "
            + file
            + "; see its head");
  }
}
