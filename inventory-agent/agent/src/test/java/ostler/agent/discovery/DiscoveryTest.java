package ostler.agent.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.agent.host.FakeHost;
import ostler.inventory.HostInventory;
import ostler.inventory.LockedAttributes;
import ostler.inventory.PciFunction;
import ostler.inventory.Problem;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;

final class DiscoveryTest {

  @TempDir Path folder;
  private FakeHost host;
  private final List<PciAddress> asked = new ArrayList<>();
  private Optional<PciAddress> sick = Optional.empty();
  private long now = 1;
  private Discovery discovery;

  @BeforeEach
  void begin() throws Exception {
    host = new FakeHost(folder);
    discovery = new Discovery(host.sysfs(), FakeHost.NAME, this::probe, FakeHost.gpus(), () -> now);
  }

  private Map<PciAddress, LockedAttributes> probe(Collection<PciAddress> functions) {
    asked.addAll(functions);
    Map<PciAddress, LockedAttributes> read = new HashMap<>(host.readLocked(functions));
    sick.filter(functions::contains)
        .ifPresent(
            hanging ->
                read.put(
                    hanging,
                    LockedAttributes.failed(
                        new Problem(
                            Problem.Code.ATTRIBUTE_TIMED_OUT, "config", "It did not answer."))));
    return read;
  }

  private HostInventory settled() throws InterruptedException {
    discovery.look();
    while (discovery.probe()) {
      discovery.look();
    }
    return discovery.look();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void theFirstLookWaitsForNoDeviceAndTheNextKnowsAll() throws Exception {
    HostInventory first = discovery.look();
    assertEquals(3, first.functions().size());
    assertEquals(List.of(), asked);
    assertTrue(discovery.probe());
    for (PciFunction function : discovery.look().functions()) {
      assertEquals(Optional.of(true), function.locked().orElseThrow().responds());
    }
    assertFalse(discovery.probe());
  }

  @Test
  void aHostThatDoesNotChangeIsNotReadAgain() throws Exception {
    HostInventory first = settled();
    asked.clear();
    pass(Duration.ofMinutes(5));
    assertSame(first, settled());
    assertEquals(List.of(), asked);
  }

  @Test
  void aDriverThatChangesIsSeenAtOnceAndOnlyThatFunctionIsAsked() throws Exception {
    settled();
    asked.clear();
    host.setDriver(FakeHost.GPU, Optional.of(DriverName.VFIO_PCI));
    HostInventory changed = settled();
    assertEquals(
        Optional.of(DriverName.VFIO_PCI), changed.function(FakeHost.GPU).orElseThrow().driver());
    assertEquals(List.of(FakeHost.GPU), asked);
  }

  @Test
  void aFunctionThatGoesAndOneThatComesAreSeenAtOnce() throws Exception {
    settled();
    host.setPresent(FakeHost.ACCELERATOR, false);
    HostInventory without = settled();
    assertTrue(without.function(FakeHost.ACCELERATOR).isEmpty());
    assertTrue(without.scanComplete());
    host.setPresent(FakeHost.ACCELERATOR, true);
    assertTrue(settled().function(FakeHost.ACCELERATOR).isPresent());
  }

  @Test
  void everythingIsReadAgainNowAndThen() throws Exception {
    settled();
    asked.clear();
    pass(Duration.ofMinutes(11));
    settled();
    assertEquals(List.of(FakeHost.GPU, FakeHost.AUDIO, FakeHost.ACCELERATOR), asked);
  }

  @Test
  void aFunctionThatCouldNotBeReadIsReadAgainSoonAndThenHalfAsOften() throws Exception {
    Path vendor = host.sysfsFile(FakeHost.GPU, "vendor");
    String known = Files.readString(vendor);
    Files.writeString(vendor, "garbage");
    assertEquals(1, discovery.look().unread().size());
    Files.writeString(vendor, known);
    assertEquals(1, discovery.look().unread().size(), "a scan costs too much for every look");
    pass(Duration.ofSeconds(3));
    assertEquals(List.of(), discovery.look().unread());

    Files.writeString(vendor, "garbage");
    pass(Duration.ofMinutes(11));
    assertEquals(1, discovery.look().unread().size());
    Files.writeString(vendor, known);
    pass(Duration.ofSeconds(3));
    assertEquals(List.of(), discovery.look().unread());
  }

  @Test
  void aFunctionThatStaysUnreadableIsNotReadAtEveryLook() throws Exception {
    Files.writeString(host.sysfsFile(FakeHost.GPU, "vendor"), "garbage");
    Set<HostInventory> scans = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int second = 0; second < 600; second++) {
      scans.add(discovery.look());
      pass(Duration.ofSeconds(1));
    }
    assertTrue(scans.size() >= 6 && scans.size() <= 10, "scans in ten minutes: " + scans.size());
  }

  @Test
  void aFunctionThatHangsIsNotAskedAgainUntilItChanges() throws Exception {
    sick = Optional.of(FakeHost.GPU);
    HostInventory seen = settled();
    assertEquals(1, seen.function(FakeHost.GPU).orElseThrow().allProblems().size());
    asked.clear();
    pass(Duration.ofMinutes(11));
    settled();
    assertEquals(List.of(FakeHost.AUDIO, FakeHost.ACCELERATOR), asked);
    asked.clear();
    host.setDriver(FakeHost.GPU, Optional.of(DriverName.VFIO_PCI));
    settled();
    assertEquals(List.of(FakeHost.GPU), asked);
  }

  @Test
  void whatWasKnownOfAnotherCardIsNotSaidOfTheNewOne() throws Exception {
    settled();
    host.setPresent(FakeHost.GPU, false);
    discovery.look();
    host.swap(FakeHost.ACCELERATOR);
    host.setPresent(FakeHost.GPU, true);
    HostInventory look = discovery.look();
    assertTrue(look.function(FakeHost.ACCELERATOR).orElseThrow().locked().isEmpty());
    assertTrue(look.function(FakeHost.AUDIO).orElseThrow().locked().isPresent());
  }
}
