package ostler.agent.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.DeviceUuid;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.PciFunction;
import ostler.inventory.Problem;
import ostler.nvml.GpuSight;
import ostler.nvml.GpuSights;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;

final class GpuWatchTest {

  private static final PciAddress CARD = PciAddress.parse("0000:41:00.0");
  private static final PciAddress NIC = PciAddress.parse("0000:42:00.0");
  private static final Problem HANGS =
      new Problem(Problem.Code.NVML_HANGS, "nvml", "It did not come back.");

  private final List<Collection<PciAddress>> asked = new ArrayList<>();
  private Optional<Problem> broken = Optional.empty();
  private long now = 1;
  private final GpuWatch watch = new GpuWatch(this::answer, () -> now);

  private GpuSights answer(Collection<PciAddress> devices) {
    asked.add(devices);
    GpuSight sight =
        new GpuSight(
            CARD,
            broken.isPresent() ? Optional.empty() : Optional.of(new DeviceUuid("GPU-1")),
            Optional.empty(),
            broken.stream().toList());
    return new GpuSights(Map.of(CARD, sight), broken.isPresent());
  }

  private static HostInventory host(String driver) {
    return new HostInventory(
        new HostName("gpu-1"),
        Optional.empty(),
        Optional.empty(),
        true,
        List.of(),
        List.of(function(CARD, driver), function(NIC, "e1000")),
        List.of(),
        List.of(),
        true,
        List.of());
  }

  private static PciFunction function(PciAddress address, String driver) {
    return PciFunction.builder(
            address, DeviceIdentity.ofModel(PciId.parse("10de:20b0")), PciClass.parse("0x030200"))
        .driver(new DriverName(driver))
        .build();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void onlyWhatNvidiasDriverHoldsIsAskedAbout() throws Exception {
    HostInventory rests = host("vfio-pci");
    assertSame(rests, watch.told(rests));
    assertFalse(watch.ask());
    assertEquals(List.of(), asked);
    watch.told(host("nvidia"));
    assertTrue(watch.ask());
    assertEquals(1, asked.size());
    assertEquals(List.of(CARD), List.copyOf(asked.get(0)));
  }

  @Test
  void itTellsWhoADeviceIsAndNothingOfOthers() throws Exception {
    watch.told(host("nvidia"));
    watch.ask();
    HostInventory told = watch.told(host("nvidia"));
    assertEquals(
        Optional.of(new DeviceUuid("GPU-1")), told.function(CARD).orElseThrow().identity().uuid());
    assertEquals(host("nvidia").function(NIC).orElseThrow(), told.function(NIC).orElseThrow());
    assertEquals(
        Optional.empty(), watch.told(host("vfio-pci")).function(CARD).get().identity().uuid());
  }

  @Test
  void itIsNotAskedAtEachLook() throws Exception {
    watch.told(host("nvidia"));
    assertTrue(watch.ask());
    assertFalse(watch.ask());
    pass(GpuWatch.INTERVAL);
    assertFalse(watch.ask(), "the same again is no news");
    assertEquals(2, asked.size());
  }

  @Test
  void aLibraryThatHangsCostsAReadingAndIsLeftAloneLongerEachTime() throws Exception {
    broken = Optional.of(HANGS);
    watch.told(host("nvidia"));
    assertTrue(watch.ask());
    assertEquals(
        List.of(HANGS), watch.told(host("nvidia")).function(CARD).orElseThrow().allProblems());
    watch.told(host("vfio-pci"));
    watch.told(host("nvidia"));
    pass(GpuWatch.INTERVAL);
    assertFalse(watch.ask());
    assertEquals(1, asked.size(), "also not when a device comes or goes");
    pass(GpuWatch.FIRST_PAUSE);
    watch.ask();
    assertEquals(2, asked.size());
    pass(GpuWatch.FIRST_PAUSE);
    watch.ask();
    assertEquals(2, asked.size());
    broken = Optional.empty();
    pass(GpuWatch.FIRST_PAUSE);
    assertTrue(watch.ask(), "and heals");
    assertEquals(List.of(), watch.told(host("nvidia")).function(CARD).orElseThrow().allProblems());
  }

  @Test
  void thePauseIsBounded() {
    assertEquals(GpuWatch.FIRST_PAUSE.multipliedBy(2), GpuWatch.pause(2));
    assertEquals(GpuWatch.LONGEST_PAUSE, GpuWatch.pause(1000));
  }
}
