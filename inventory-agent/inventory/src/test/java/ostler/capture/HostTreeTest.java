package ostler.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ostler.capture.HostTree.Entry;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.PciFunction;
import ostler.pci.PciAddress;
import ostler.sysfs.HostScan;
import ostler.sysfs.LockedMeaning;
import ostler.sysfs.Read;
import ostler.sysfs.Sysfs;
import ostler.wire.WireException;

final class HostTreeTest {

  /** The checked-in hosts; {@code -Dostler.regenerate=true} writes them anew. */
  private static final Path HOSTS = Path.of("../../tests/src/main/resources/ostler/hosts");

  @TempDir private Path root;

  static List<FakeHosts> hosts() {
    return List.of(
        FakeHosts.eightA100(),
        FakeHosts.l40sWithVirtualFunctions(),
        FakeHosts.t4WithMdevTypes(),
        FakeHosts.twoCardsInOneGroup(),
        FakeHosts.noResetMethod(),
        FakeHosts.h200InTwoDomains());
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void aScanOfADescribedHostFindsWhatWasDescribed(FakeHosts described) throws IOException {
    HostInventory expected = described.inventory();
    described.tree().writeTo(root);
    assertEquals(expected, seen(new Sysfs(root), expected.host()));
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void aCaptureLaidOutElsewhereLooksLikeTheHostItWasTakenFrom(FakeHosts described)
      throws IOException, WireException {
    Path first = root.resolve("first");
    Path second = root.resolve("second");
    described.tree().writeTo(first);
    Sysfs host = new Sysfs(first);
    HostInventory expected = seen(host, described.inventory().host());
    HostTree captured = Capture.of(host, locked(host), Capture.Identities.KEPT);
    HostTree.parse(captured.toText()).writeTo(second);
    assertEquals(expected, seen(new Sysfs(second), expected.host()));
  }

  @Test
  void theCheckedInHostsAreWhatTheirDescriptionsSay() throws IOException, WireException {
    Map<String, String> texts = FakeHosts.all();
    if (Boolean.getBoolean("ostler.regenerate")) {
      Files.createDirectories(HOSTS);
      for (Map.Entry<String, String> host : texts.entrySet()) {
        Files.writeString(HOSTS.resolve(host.getKey() + ".host"), host.getValue());
      }
    }
    for (Map.Entry<String, String> host : texts.entrySet()) {
      String checkedIn = Files.readString(HOSTS.resolve(host.getKey() + ".host"));
      assertEquals(host.getValue(), checkedIn, "regenerate with -Dostler.regenerate=true");
      assertEquals(checkedIn, HostTree.parse(checkedIn).toText());
    }
  }

  @Test
  void aRedactedCaptureTellsNeitherWhichMachineNorWhichCards() throws IOException {
    FakeHosts.t4WithMdevTypes().tree().writeTo(root);
    Path card = root.resolve("sys/bus/pci/devices/0000:3b:00.0").toRealPath();
    Files.writeString(card.resolve("serial_number"), "48 b0 2d ff fe 11 22 33\n");
    Files.writeString(root.resolve("proc/cmdline"), "root=UUID=secret intel_iommu=on token=x\n");
    Sysfs host = new Sysfs(root);
    String kept = Capture.of(host, locked(host), Capture.Identities.KEPT).toText();
    assertTrue(kept.contains("48 b0 2d ff"), kept);
    assertTrue(kept.contains("hostname t4"), kept);
    String redacted = Capture.of(host, locked(host), Capture.Identities.REDACTED).toText();
    assertFalse(redacted.contains("48 b0 2d ff"), redacted);
    assertFalse(redacted.contains("hostname t4"), redacted);
    assertFalse(redacted.contains("00000000-0000-4000-8000-000000000001"), redacted);
    for (String text : List.of(kept, redacted)) {
      assertFalse(text.contains("secret"), text);
      assertTrue(text.contains("file proc/cmdline intel_iommu=on\\n"), text);
    }
  }

  @Test
  void aFileThatCannotBeReadIsCapturedAsLostWithItsReason() throws IOException {
    FakeHosts.t4WithMdevTypes().tree().writeTo(root);
    Path card = root.resolve("sys/bus/pci/devices/0000:3b:00.0").toRealPath();
    Files.delete(card.resolve("numa_node"));
    Files.createDirectory(card.resolve("numa_node"));
    Sysfs host = new Sysfs(root);
    String text = Capture.of(host, locked(host), Capture.Identities.KEPT).toText();
    assertTrue(text.contains("numa_node ATTRIBUTE_UNREADABLE: the kernel says:"), text);
  }

  @Test
  void aDeviceThatIsNoLinkIsCapturedWhereItStands() throws IOException {
    FakeHosts.t4WithMdevTypes().tree().writeTo(root);
    Path device = root.resolve("sys/bus/pci/devices/0000:3b:00.0");
    Path real = device.toRealPath();
    Files.delete(device);
    Files.move(real, device);
    Sysfs host = new Sysfs(root);
    HostTree tree = Capture.of(host, locked(host), Capture.Identities.KEPT);
    assertEquals(
        new Entry.File("0x10de\n"), tree.entries().get("sys/bus/pci/devices/0000:3b:00.0/vendor"));
  }

  @Test
  void layingOutOverwritesNothing() throws IOException {
    HostTree tree = new HostTree().line("sys/a", 1);
    tree.writeTo(root);
    assertThrows(FileAlreadyExistsException.class, () -> tree.writeTo(root));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ostler-host 2\n",
        "ostler-host 1\nfile",
        "ostler-host 1\nbogus sys/a b",
        "ostler-host 1\nfile /etc/passwd x",
        "ostler-host 1\nfile ../x x",
        "ostler-host 1\nfile sys/../../x x",
        "ostler-host 1\nlink sys/a /etc",
        "ostler-host 1\nlink sys/a ../../etc",
        "ostler-host 1\nlink sys/a b\nfile sys/a/passwd x",
        "ostler-host 1\nfile sys/a x\nfile sys/a/b x",
        "ostler-host 1\nfile sys/a/b x\nfile sys/a x",
        "ostler-host 1\nfile sys/a \\q",
        "ostler-host 1\nfile sys/a \\x9"
      })
  void aTextThatIsMalformedOrLeadsOutOfItsDirectoryIsRefused(String text) {
    assertThrows(WireException.class, () -> HostTree.parse(text));
  }

  @Test
  void aRefusalNamesTheLine() {
    WireException refusal =
        assertThrows(
            WireException.class,
            () -> HostTree.parse("ostler-host 1\n# a comment\nfile sys/a x\nlink sys/b /etc\n"));
    assertEquals("line 4: links out of the tree: sys/b to /etc", refusal.getMessage());
  }

  @Test
  void everyByteSurvivesTheText() throws WireException {
    StringBuilder content = new StringBuilder();
    for (char c = 0; c < 256; c++) {
      content.append(c);
    }
    HostTree tree =
        new HostTree()
            .comment("a # comment")
            .comment("")
            .put("sys/with space/and\\backslash", new Entry.File(content.toString()))
            .put("sys/empty", new Entry.File(""))
            .put("sys/lost", new Entry.Lost("why"))
            .link("sys/link", "with space/");
    assertEquals(tree, HostTree.parse(tree.toText()));
  }

  @Test
  void removingAnEntryRemovesWhatIsBelowIt() {
    HostTree tree = new HostTree().line("sys/a/b", 1).line("sys/a/c", 2).line("sys/ab", 3);
    assertEquals(List.of("sys/ab"), List.copyOf(tree.remove("sys/a").entries().keySet()));
  }

  /** What the scan and the probe see; a made-up host cannot hang, so both run here. */
  private static HostInventory seen(Sysfs sysfs, HostName name) {
    HostInventory scanned = new HostScan(sysfs).scan(name);
    Map<PciAddress, Map<String, Read<String>>> locked = locked(sysfs);
    return scanned.withFunctions(
        scanned.functions().stream()
            .map(
                function ->
                    function.isEndpoint()
                        ? function.withLocked(
                            LockedMeaning.of(function.address(), locked.get(function.address())))
                        : function)
            .toList());
  }

  private static Map<PciAddress, Map<String, Read<String>>> locked(Sysfs sysfs) {
    Map<PciAddress, Map<String, Read<String>>> locked = new TreeMap<>();
    for (PciFunction function : new HostScan(sysfs).scan(new HostName("any")).functions()) {
      Map<String, Read<String>> read = new TreeMap<>();
      sysfs.locked(function.address()).each(begun -> {}, read::put);
      locked.put(function.address(), read);
    }
    return locked;
  }
}
