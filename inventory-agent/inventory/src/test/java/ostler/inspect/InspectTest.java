package ostler.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ostler.capture.FakeHosts;
import ostler.capture.HostTree;
import ostler.inventory.HostInventory;
import ostler.inventory.InventoryJson;
import ostler.inventory.PciFunction;
import ostler.inventory.Problem;
import ostler.pci.PciAddress;
import ostler.pci.PciId;
import ostler.pci.PciNames;
import ostler.sysfs.Pipes;
import ostler.sysfs.Probes;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

final class InspectTest {

  private static final Path GOLDEN = Path.of("src/test/resources/ostler/inspect");
  private static final PciAddress T4 = PciAddress.parse("0000:3b:00.0");
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);

  @TempDir private Path root;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int inspect(String... args) throws InterruptedException {
    return new Inspect(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(args);
  }

  private int inspectRoot(String... more) throws InterruptedException {
    String[] args = new String[more.length + 2];
    args[0] = "--root";
    args[1] = root.toString();
    System.arraycopy(more, 0, args, 2, more.length);
    return inspect(args);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private HostInventory readBack() throws WireException {
    return Json.read(
        out.toByteArray(),
        JsonLimits.REPORT,
        in ->
            InventoryJson.read(
                in,
                refused -> {
                  throw new AssertionError(refused);
                }));
  }

  private static HostInventory host(String name) {
    return switch (name) {
      case "a100x8" -> FakeHosts.eightA100().inventory();
      case "l40s" -> FakeHosts.l40sWithVirtualFunctions().inventory();
      case "t4" -> FakeHosts.t4WithMdevTypes().inventory();
      case "shared-group" -> FakeHosts.twoCardsInOneGroup().inventory();
      case "no-reset" -> FakeHosts.noResetMethod().inventory();
      default -> FakeHosts.h200InTwoDomains().inventory();
    };
  }

  /**
   * {@code -Dostler.regenerate=true} writes the expected outputs anew: then read the difference.
   */
  @ParameterizedTest
  @CsvSource({
    "a100x8, table",
    "a100x8, tree",
    "l40s, table",
    "l40s, tree --all",
    "t4, table",
    "t4, json",
    "t4, yaml",
    "shared-group, table",
    "shared-group, tree",
    "no-reset, table --all",
    "h200, table"
  })
  void everyHostIsShownAsItWasAgreed(String name, String how) throws IOException, UsageException {
    HostInventory host = host(name);
    Options options = Options.parse(("-o " + how).split(" "));
    String shown = Inspect.rendered(host, names(host), options);
    Path golden = GOLDEN.resolve(name + "." + how.replace(" --", "-") + ".txt");
    if (Boolean.getBoolean("ostler.regenerate")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden, shown);
    }
    assertEquals(Files.readString(golden), shown, "regenerate with -Dostler.regenerate=true");
  }

  private static PciNames names(HostInventory host) throws IOException {
    Set<PciId> ids = new HashSet<>();
    host.functions().forEach(function -> ids.add(function.id()));
    return PciNames.excerpt(ids);
  }

  @Test
  void theWholeProgramSeesADescribedHostAsItWasDescribed()
      throws IOException, InterruptedException, WireException {
    FakeHosts host = FakeHosts.twoCardsInOneGroup();
    host.tree().writeTo(root);
    assertEquals(Inspect.OK, inspectRoot("-o", "json"), this::errors);
    assertEquals(host.inventory(), readBack());
    assertEquals("", errors());
  }

  @Test
  void aDeviceThatDoesNotAnswerIsNamedAndTheOthersAreInspectedAllTheSame()
      throws IOException, WireException {
    FakeHosts.t4WithMdevTypes().tree().writeTo(root);
    Pipes.replace(
        root.resolve("sys/bus/pci/devices/" + T4).toRealPath().resolve("driver_override"));
    int status = assertTimeoutPreemptively(LONG_ENOUGH, () -> inspectRoot("-o", "json"));
    assertEquals(Inspect.PARTIAL, status);
    PciFunction sick = readBack().function(T4).orElseThrow();
    assertEquals(
        List.of(Problem.Code.ATTRIBUTE_TIMED_OUT),
        sick.allProblems().stream().map(Problem::code).toList());
    assertEquals(Optional.of(true), sick.locked().orElseThrow().responds());
    assertTrue(
        errors()
            .contains(
                "ATTRIBUTE_TIMED_OUT driver_override of 0000:3b:00.0: no answer within "
                    + Probes.READ_DEADLINE_MILLIS
                    + " ms"),
        this::errors);
    PciFunction healthy = readBack().function(PciAddress.parse("0000:03:00.0")).orElseThrow();
    assertEquals(Optional.of(true), healthy.locked().orElseThrow().responds());
  }

  @Test
  void aMachineWithoutAnIommuIsShownWithWhatToDoAboutIt() throws IOException, InterruptedException {
    HostTree tree = FakeHosts.t4WithMdevTypes().tree().remove("sys/class/iommu");
    tree.writeTo(root);
    assertEquals(Inspect.OK, inspectRoot(), this::errors);
    String shown = out.toString(StandardCharsets.UTF_8);
    assertTrue(shown.contains("no IOMMU"), shown);
    assertTrue(shown.contains("intel_iommu=on"), shown);
    assertTrue(shown.contains("0000:3b:00.0"), shown);
  }

  @Test
  void aCaptureLaidOutAgainIsInspectedAsTheHostItself()
      throws IOException, InterruptedException, WireException {
    FakeHosts.l40sWithVirtualFunctions().tree().writeTo(root);
    Path file = root.resolve("captured.host");
    assertEquals(Inspect.OK, inspectRoot("--capture", file.toString()), this::errors);
    assertEquals("", out.toString(StandardCharsets.UTF_8));
    Path again = root.resolve("again");
    HostTree.parse(Files.readString(file)).writeTo(again);
    assertEquals(Inspect.OK, inspect("--root", again.toString(), "-o", "json"), this::errors);
    assertEquals(FakeHosts.l40sWithVirtualFunctions().inventory(), readBack());
  }

  @Test
  void aCaptureNeverOverwritesAFile() throws IOException, InterruptedException {
    FakeHosts.t4WithMdevTypes().tree().writeTo(root);
    Path file = Files.writeString(root.resolve("mine"), "precious");
    assertEquals(Inspect.USAGE, inspectRoot("--capture", file.toString()));
    assertEquals("precious", Files.readString(file));
    assertTrue(errors().contains("exists"), this::errors);
  }

  @Test
  void aHostWithoutAnythingIsPartialAndSaysWhy() throws InterruptedException {
    assertEquals(Inspect.PARTIAL, inspectRoot("-o", "yaml"));
    assertTrue(errors().contains("ATTRIBUTE_MISSING sys/bus/pci/devices"), this::errors);
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("scan_complete: false"));
  }

  @ParameterizedTest
  @CsvSource({
    "--bogus, there is no option --bogus",
    "-o, -o needs a value",
    "-o xml, 'the output is table, json, yaml or tree, not xml'",
    "--root, --root needs a value",
    "--root /no/such/folder, --root /no/such/folder is no folder",
    "--redact, --redact goes with --capture",
    "--probe zebra, is not a PCI address: zebra"
  })
  void wrongUsageIsRefusedWithASentence(String args, String sentence) throws InterruptedException {
    assertEquals(Inspect.USAGE, inspect(args.split(" ")));
    assertEquals("ostler inspect: " + sentence + "; see ostler inspect --help\n", errors());
    assertEquals(0, out.size());
  }

  @Test
  void helpGoesToStandardOutput() throws InterruptedException {
    assertEquals(Inspect.OK, inspect("--help"));
    assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("Usage: ostler inspect"));
    assertFalse(errors().contains("Usage"));
  }
}
