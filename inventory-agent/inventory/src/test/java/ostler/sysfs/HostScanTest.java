package ostler.sysfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ostler.capture.FakeHosts;
import ostler.capture.HostTree;
import ostler.inventory.Group;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.PciFunction;
import ostler.inventory.Problem;
import ostler.inventory.Problem.Code;
import ostler.inventory.UnreadDevice;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;

/** What a scan makes of hosts on which something is wrong. */
final class HostScanTest {

  private static final PciAddress CONSOLE = PciAddress.parse("0000:03:00.0");
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

  @TempDir private Path root;

  private CardOnDisk card;

  @BeforeEach
  void layOutT4() throws IOException {
    card = CardOnDisk.layOut(root);
  }

  private HostInventory scan() {
    return new HostScan(card.sysfs()).scan(new HostName("t4"));
  }

  private static List<Code> codes(List<Problem> problems) {
    return problems.stream().map(Problem::code).toList();
  }

  private static PciFunction healthyConsole() {
    PciFunction console = FakeHosts.t4WithMdevTypes().inventory().function(CONSOLE).orElseThrow();
    return FakeHosts.withoutLocked(console);
  }

  @ParameterizedTest
  @CsvSource({
    "numa_node, zebra",
    "numa_node, -2",
    "reset_method, kick",
    "resource, 0x0 0x0",
    "power_state, tired",
    "sriov_totalvfs, -1",
    "boot_vga, 2"
  })
  void oneGarbledAttributeCostsOnlyItself(String attribute, String garbage) throws IOException {
    card.write(attribute, garbage + "\n");
    HostInventory host = scan();
    PciFunction sick = host.function(CardOnDisk.T4).orElseThrow();
    assertEquals(List.of(Code.ATTRIBUTE_GARBLED), codes(sick.problems()));
    Problem problem = sick.problems().get(0);
    assertEquals(attribute, problem.attribute());
    assertTrue(problem.sentence().contains(CardOnDisk.T4.toString()), problem.sentence());
    assertTrue(problem.sentence().contains('"' + garbage + '"'), problem.sentence());
    assertEquals(healthyConsole(), host.function(CONSOLE).orElseThrow());
    assertTrue(host.scanComplete());
  }

  @ParameterizedTest
  @CsvSource({"vendor, 0xzz", "device, 10", "class, 0x03", "revision, 0x100", "vendor, ''"})
  void aDeviceThatDoesNotSayWhatItIsIsReportedAsUnreadAndCostsOnlyItself(
      String attribute, String garbage) throws IOException {
    card.write(attribute, garbage + "\n");
    HostInventory host = scan();
    assertEquals(Optional.empty(), host.function(CardOnDisk.T4));
    assertEquals(CardOnDisk.T4.toString(), host.unread().get(0).name());
    assertEquals(List.of(Code.ATTRIBUTE_GARBLED), codes(host.unread().get(0).problems()));
    assertEquals(healthyConsole(), host.function(CONSOLE).orElseThrow());
    assertTrue(host.scanComplete());
  }

  @Test
  void anUnreadDeviceStaysInItsGroupAsSomethingThatMayBeAnEndpoint() throws IOException {
    IommuGroup group = scan().function(CardOnDisk.T4).orElseThrow().group().orElseThrow();
    card.write("class", "?");
    assertEquals(
        List.of(new Group.Member(CardOnDisk.T4, Group.Role.UNKNOWN)),
        scan().group(group).orElseThrow().members());
    assertEquals(List.of(CardOnDisk.T4), scan().group(group).orElseThrow().endpoints());
  }

  @Test
  void aMissingAttributeIsToldApartFromAGarbledOne() throws IOException {
    Files.delete(card.file("vendor"));
    assertEquals(List.of(Code.ATTRIBUTE_MISSING), codes(scan().unread().get(0).problems()));
  }

  @Test
  void anAttributeThatNotEveryKernelHasMayBeMissing() throws IOException {
    for (String attribute : List.of("numa_node", "power_state", "reset_method")) {
      Files.delete(card.file(attribute));
    }
    PciFunction function = scan().function(CardOnDisk.T4).orElseThrow();
    assertEquals(List.of(), function.problems());
    assertEquals(Optional.empty(), function.numaNode());
    assertEquals(List.of(), function.resetMethods());
  }

  @Test
  void anUnknownNodeIsAbsentAndNeverNodeZero() throws IOException {
    card.write("numa_node", "-1\n");
    assertEquals(Optional.empty(), scan().function(CardOnDisk.T4).orElseThrow().numaNode());
  }

  @Test
  void aKernelErrorIsToldInTheKernelsWords() throws IOException {
    Files.delete(card.file("numa_node"));
    Files.createDirectory(card.file("numa_node"));
    Problem problem = scan().function(CardOnDisk.T4).orElseThrow().problems().get(0);
    assertEquals(Code.ATTRIBUTE_UNREADABLE, problem.code());
    assertTrue(problem.sentence().contains("Is a directory"), problem.sentence());
  }

  @Test
  void anAttributeWithoutAnEndIsNotReadToItsEnd() throws IOException {
    card.write("numa_node", "0".repeat(AttributeFile.MAX_BYTES + 1));
    assertEquals(
        List.of(Code.TOO_MANY), codes(scan().function(CardOnDisk.T4).orElseThrow().problems()));
  }

  @Test
  void aNameThatIsNotAnAddressIsReportedAndCostsNobody() throws IOException {
    Files.createDirectory(root.resolve("sys/bus/pci/devices/zebra"));
    HostInventory host = scan();
    assertEquals(List.of("zebra"), host.unread().stream().map(UnreadDevice::name).toList());
    assertEquals(3, host.functions().size());
  }

  @Test
  void aDeviceThatIsGoneWhenItsTurnComesHasVanished() throws IOException {
    Files.move(card.directory(), root.resolve("gone"));
    HostInventory host = scan();
    assertEquals(List.of(Code.DEVICE_VANISHED), codes(host.unread().get(0).problems()));
    assertEquals(healthyConsole(), host.function(CONSOLE).orElseThrow());
  }

  @Test
  void aDeviceTakenAwayAtAnyMomentIsSeenWholeOrHasVanished() throws IOException {
    long seed = 7L;
    Random random = new Random(seed);
    PciFunction whole = scan().function(CardOnDisk.T4).orElseThrow();
    for (int i = 0; i < 300; i++) {
      String round = "seed " + seed + ", round " + i;
      CompletableFuture<HostInventory> scanning = CompletableFuture.supplyAsync(this::scan);
      for (int spin = random.nextInt(20_000); spin > 0; spin--) {
        Thread.onSpinWait();
      }
      Files.move(card.directory(), root.resolve("gone"));
      HostInventory host = scanning.join();
      Files.move(root.resolve("gone"), card.directory());
      assertEquals(healthyConsole(), host.function(CONSOLE).orElseThrow(), round);
      Optional<PciFunction> seen = host.function(CardOnDisk.T4);
      if (seen.isPresent()) {
        assertEquals(whole, seen.get(), round);
      } else {
        assertEquals(CardOnDisk.T4.toString(), host.unread().get(0).name(), round);
        assertTrue(codes(host.unread().get(0).problems()).contains(Code.DEVICE_VANISHED), round);
      }
    }
  }

  @Test
  void aScanReadsNothingThatASickDeviceCouldHoldUp() throws IOException {
    for (String attribute :
        List.of(
            "driver_override",
            "config",
            "uevent",
            "current_link_speed",
            "current_link_width",
            "max_link_speed",
            "max_link_width",
            "serial_number",
            "sriov_numvfs",
            "vpd",
            "rom",
            "mdev_supported_types/nvidia-222/available_instances",
            "mdev_supported_types/nvidia-222/name")) {
      Pipes.replace(card.file(attribute));
    }
    HostInventory host = assertTimeoutPreemptively(LONG_ENOUGH, this::scan);
    assertEquals(List.of(), host.function(CardOnDisk.T4).orElseThrow().problems());
    assertEquals(5, host.function(CardOnDisk.T4).orElseThrow().mdevTypes().size());
  }

  @Test
  void aHostWithoutAnIommuIsInventoriedAllTheSame() throws IOException {
    HostTree tree = FakeHosts.t4WithMdevTypes().tree().remove("sys/class/iommu");
    tree.remove("sys/kernel/iommu_groups");
    for (String path : List.copyOf(tree.entries().keySet())) {
      if (path.endsWith("/iommu_group")) {
        tree.remove(path);
      }
    }
    Path other = root.resolve("other");
    tree.writeTo(other);
    HostInventory host = new HostScan(new Sysfs(other)).scan(new HostName("t4"));
    assertFalse(host.iommu());
    assertEquals(3, host.functions().size());
    assertEquals(List.of(), host.groups());
    assertFalse(host.hasProblems());
    assertTrue(host.scanComplete());
  }

  @Test
  void aScanThatCouldNotListTheDevicesIsNotComplete() throws IOException {
    Files.move(root.resolve("sys/bus/pci"), root.resolve("gone"));
    HostInventory host = scan();
    assertFalse(host.scanComplete());
    assertTrue(host.hasProblems());
  }

  @Test
  void aScanThatCouldNotListAGroupIsNotComplete() throws IOException {
    Path group = root.resolve("sys/kernel/iommu_groups/0");
    Files.move(group.resolve("devices"), root.resolve("gone"));
    Files.writeString(group.resolve("devices"), "not a directory");
    HostInventory host = scan();
    assertFalse(host.scanComplete());
    assertEquals("iommu_groups/0/devices", host.problems().get(0).attribute());
    assertEquals(3, host.functions().size());
  }

  @Test
  void aMediatedDevicesOwnGroupTakesNothingFromTheScan() throws IOException {
    HostInventory before = scan();
    String slice = "5c061354-3af5-4756-b95b-ba64c5aebe0e";
    Files.createDirectories(root.resolve("sys/kernel/iommu_groups/40/devices").resolve(slice));
    assertTrue(scan().scanComplete());
    assertEquals(before.groups(), scan().groups());
  }

  @Test
  void whatIsNoFunctionInAGroupOfFunctionsIsNotOverlooked() throws IOException {
    Files.createDirectories(root.resolve("sys/kernel/iommu_groups/0/devices/a-platform-device"));
    assertFalse(scan().scanComplete());
    assertEquals("iommu_groups/0/devices", scan().problems().get(0).attribute());
  }

  @Test
  void theOverrideThatFakesIsolationIsSeenInTheCommandLine() throws IOException {
    Files.writeString(
        root.resolve("proc/cmdline"), "quiet pcie_acs_override=downstream intel_iommu=on\n");
    assertTrue(scan().acsOverride());
    assertEquals(
        List.of("pcie_acs_override=downstream", "intel_iommu=on"),
        scan().kernelFlags().stream().map(Object::toString).toList());
  }

  @Test
  void aNamedSlotBecomesPartOfTheIdentityOfEveryFunctionInIt() throws IOException {
    Path slot = Files.createDirectories(root.resolve("sys/bus/pci/slots/4-1"));
    Files.writeString(slot.resolve("address"), "0000:3b:00\n");
    assertEquals(
        "4-1",
        scan().function(CardOnDisk.T4).orElseThrow().identity().slot().orElseThrow().value());
    assertEquals(Optional.empty(), scan().function(CONSOLE).orElseThrow().identity().slot());
  }
}
