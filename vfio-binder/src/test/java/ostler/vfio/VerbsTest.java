package ostler.vfio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.vfio.Caller.GPU;
import static ostler.vfio.Caller.MEMORY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.ResetChoice;
import ostler.root.Authority;
import ostler.root.Code;

/** What each verb does when nothing is in its way. */
class VerbsTest {

  private static final int MEMORY_BYTES = 3 << 20;

  @TempDir Path root;
  private FakeHost host;
  private Caller caller;
  private RunningGuard guard;

  @BeforeEach
  void aHostWithTwoUnits() throws IOException, InterruptedException {
    host = new FakeHost(root);
    host.gpu();
    host.memory(MEMORY_BYTES);
    caller = new Caller(host);
    guard = host.guard();
  }

  @AfterEach
  void theGuardGoes() throws IOException {
    guard.close();
  }

  @Test
  void bindTakesTheWholeGroupToVfioAndIntoTheGuardsHands() throws IOException {
    String answer = caller.ok(caller.order(Verb.BIND, GPU));
    assertEquals("vfio-pci", host.driverOf("0000:01:00.0"));
    assertEquals("vfio-pci", host.driverOf("0000:01:00.1"));
    assertTrue(answer.contains("\"group\":5"), answer);
    assertTrue(answer.contains("\"driver\":\"snd_hda_intel\""), answer);
    assertTrue(answer.contains("\"guarded\":true"), answer);
    assertTrue(status().contains("\"guarded\":true"));
  }

  @Test
  void bindKeepsTheDevicesAwakeAndTellsTheHook() throws IOException {
    caller.ok(caller.order(Verb.BIND, GPU));
    assertEquals("on", host.attributeText("0000:01:00.0", "power/control"));
    assertEquals("0", host.attributeText("0000:01:00.1", "d3cold_allowed"));
    assertEquals("0000:01:00.0\n0000:01:00.1\n", managed());
  }

  @Test
  void overridesComeFirstAndCompanionsLetGoBeforeTheMainFunction() {
    caller.ok(caller.order(Verb.BIND, GPU));
    List<String> drivers =
        host.kernelWrites.stream()
            .filter(write -> write.matches(".*(driver|unbind|probe).*=.*"))
            .toList();
    assertEquals(
        List.of(
            "sys/bus/pci/devices/0000:01:00.0/driver_override=vfio-pci",
            "sys/bus/pci/devices/0000:01:00.1/driver_override=vfio-pci",
            "sys/bus/pci/drivers/snd_hda_intel/unbind=0000:01:00.1",
            "sys/bus/pci/drivers/radeon/unbind=0000:01:00.0",
            "sys/bus/pci/drivers_probe=0000:01:00.0",
            "sys/bus/pci/drivers_probe=0000:01:00.1"),
        drivers);
  }

  @Test
  void bindAgainChangesNothingAndSaysTheSame() {
    String first = caller.ok(caller.order(Verb.BIND, GPU, Caller.fence(3)));
    host.kernelWrites.clear();
    assertEquals(first, caller.ok(caller.order(Verb.BIND, GPU, Caller.fence(3))));
    assertEquals(List.of(), host.kernelWrites);
  }

  @Test
  void releaseGivesEverythingBackAsItWas() throws IOException {
    caller.ok(caller.order(Verb.BIND, GPU));
    caller.ok(caller.order(Verb.RELEASE, GPU));
    assertEquals("radeon", host.driverOf("0000:01:00.0"));
    assertEquals("snd_hda_intel", host.driverOf("0000:01:00.1"));
    assertEquals("(null)", host.attributeText("0000:01:00.0", "driver_override"));
    assertEquals("auto", host.attributeText("0000:01:00.0", "power/control"));
    assertEquals("1", host.attributeText("0000:01:00.0", "d3cold_allowed"));
    assertEquals("", managed());
    assertEquals("{\"v\":1,\"groups\":[],\"slices\":[]}", status());
  }

  @Test
  void releaseOfAnUnmanagedUnitLeavesItAlone() {
    caller.ok(caller.order(Verb.RELEASE, GPU));
    assertEquals(List.of(), host.kernelWrites);
  }

  @Test
  void aDeviceWithoutDriverIsGivenBackWithoutDriver() {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    assertEquals("vfio-pci", host.driverOf("0000:03:00.0"));
    caller.ok(caller.order(Verb.RELEASE, MEMORY));
    assertEquals("", host.driverOf("0000:03:00.0"));
  }

  @Test
  void permitHasTheGuardLetGoAndForbidHasItTakeHoldAgain() throws IOException {
    caller.ok(caller.order(Verb.BIND, GPU));
    String permitted = caller.ok(caller.permit(GPU, Caller.tenant("vm1")));
    assertTrue(permitted.contains("\"guarded\":false"), permitted);
    assertTrue(status().contains("\"guarded\":false"));
    String forbidden = caller.ok(caller.order(Verb.FORBID, GPU));
    assertTrue(forbidden.contains("\"guarded\":true"), forbidden);
    assertTrue(status().contains("\"guarded\":true"));
  }

  @Test
  void permitAgainToTheSameClaimIsTheSame() {
    caller.ok(caller.order(Verb.BIND, GPU));
    caller.ok(caller.permit(GPU, Caller.tenant("vm1")));
    caller.ok(caller.permit(GPU, Caller.tenant("vm1")));
  }

  @Test
  void anAdoptedUnitIsManagedAndItsTenantsAndTheTenantKeepsItOpen() throws IOException {
    host.stranger(4242, "0000:01:00.0", "0000:01:00.1");
    String answer = caller.ok(caller.adopt(GPU, Caller.tenant("vm1")));
    assertTrue(answer.contains("\"guarded\":false"), answer);
    assertEquals("0000:01:00.0\n0000:01:00.1\n", managed());
    assertTrue(status().contains("\"id\":\"vm1\""), status());
    assertTrue(status().contains("\"pid\":4242"), status());
    assertTrue(host.kernelWrites.stream().noneMatch(w -> w.matches(".*(unbind|probe|reset).*")));
    assertEquals("on", host.attributeText("0000:01:00.0", "power/control"));
  }

  @Test
  void adoptingAgainIsTheSame() throws IOException {
    host.stranger(4242, "0000:01:00.0", "0000:01:00.1");
    caller.ok(caller.adopt(GPU, Caller.tenant("vm1")));
    host.kernelWrites.clear();
    caller.ok(caller.adopt(GPU, Caller.tenant("vm1")));
    assertEquals(List.of(), host.kernelWrites);
  }

  @Test
  void anAdoptedUnitIsTakenBackAndGuardedOnceItsTenantIsGone() throws IOException {
    host.stranger(4242, "0000:01:00.0", "0000:01:00.1");
    caller.ok(caller.adopt(GPU, Caller.tenant("vm1")));
    caller.refused(Code.HELD, caller.order(Verb.FORBID, GPU));
    host.endProcess(4242);
    caller.ok(caller.order(Verb.FORBID, GPU));
    assertTrue(status().contains("\"guarded\":true"), status());
  }

  @Test
  void anAdoptedUnitIsGivenBackToTheDriversThatTheKernelFindsForIt() throws IOException {
    host.stranger(4242, "0000:01:00.0", "0000:01:00.1");
    host.stranger(4343, "0000:03:00.0");
    caller.ok(caller.adopt(GPU, Caller.tenant("vm1")));
    caller.ok(caller.adopt(MEMORY, Caller.tenant("vm2")));
    host.endProcess(4242);
    host.endProcess(4343);
    for (Members members : List.of(GPU, MEMORY)) {
      caller.ok(caller.order(Verb.FORBID, members));
      caller.ok(caller.order(Verb.RELEASE, members));
    }
    assertEquals("radeon", host.driverOf("0000:01:00.0"));
    assertEquals("snd_hda_intel", host.driverOf("0000:01:00.1"));
    assertEquals("(null)", host.attributeText("0000:01:00.0", "driver_override"));
    assertEquals("", host.driverOf("0000:03:00.0"));
    assertEquals("", managed());
  }

  @Test
  void aManagedUnitThatSomebodyHasWithoutAPermitCanBeAdopted() throws IOException {
    caller.ok(caller.order(Verb.BIND, GPU));
    host.process(4242, "qemu-system-x86", "/dev/vfio/5");
    caller.ok(caller.adopt(GPU, Caller.tenant("vm1")));
    assertTrue(status().contains("\"id\":\"vm1\""), status());
  }

  @Test
  void afterARebootAPermittedUnitIsBoundAgainAndStaysPermitted() throws IOException {
    caller.ok(caller.order(Verb.BIND, GPU));
    Authority fence = caller.next();
    caller.ok(caller.permit(GPU, Caller.tenant("vm1"), fence));
    reboot("0000:01:00.0", "radeon");
    reboot("0000:01:00.1", "snd_hda_intel");
    String answer = caller.ok(caller.order(Verb.BIND, GPU, fence));
    assertTrue(answer.contains("\"guarded\":false"), answer);
    assertEquals("vfio-pci", host.driverOf("0000:01:00.0"));
    caller.ok(caller.order(Verb.FORBID, GPU));
    caller.ok(caller.order(Verb.RELEASE, GPU));
    assertEquals("radeon", host.driverOf("0000:01:00.0"));
  }

  @Test
  void holdersNamesWhoHasTheGroupOpenAndKnowsTheGuard() throws IOException {
    caller.ok(caller.order(Verb.BIND, GPU));
    host.process(4242, "qemu-system-x86", "/dev/null", "/dev/vfio/5");
    String answer = caller.ok(caller.holders(GPU));
    assertTrue(
        answer.contains(
            "\"guarded\":false,\"holders\":[{\"pid\":4242,\"command\":\"qemu-system-x86\",\"file\":\"/dev/vfio/5\"}]"),
        answer);
    long self = ProcessHandle.current().pid();
    host.endProcess(4242);
    host.endProcess(self);
    host.process(self, "java", "/dev/vfio/5");
    answer = caller.ok(caller.holders(GPU));
    assertTrue(answer.contains("\"guarded\":true,\"holders\":[]"), answer);
  }

  @Test
  void aProcessThatGotTheGuardsNumberLaterIsNotTheGuard() throws IOException {
    caller.ok(caller.order(Verb.BIND, GPU));
    long self = ProcessHandle.current().pid();
    host.endProcess(self);
    host.process(self, "impostor", "/dev/vfio/5");
    host.write("proc/" + self + "/stat", self + " (impostor) S" + " 1".repeat(30) + "\n");
    assertTrue(caller.ok(caller.holders(GPU)).contains("impostor"));
  }

  @Test
  void holdersSeesANativeDriversNodesToo() throws IOException {
    host.write("sys/devices/pci0000:00/0000:01:00.0/drm/card0/uevent", "DEVNAME=dri/card0\n");
    Files.createSymbolicLink(
        root.resolve("sys/dev/char/226:0"),
        Path.of("../../devices/pci0000:00/0000:01:00.0/drm/card0"));
    host.process(77, "Xorg", "/dev/dri/card0");
    assertTrue(caller.ok(caller.holders(GPU)).contains("Xorg"));
    caller.refused(Code.HELD, caller.order(Verb.BIND, GPU));
  }

  @Test
  void resetUsesOneMethodAloneAndPutsTheOthersBack() throws IOException {
    host.attribute("0000:01:00.0", "reset_method", "flr bus\n");
    host.attribute("0000:01:00.0", "reset", "");
    host.attribute("0000:01:00.1", "reset_method", "flr\n");
    host.attribute("0000:01:00.1", "reset", "");
    caller.ok(caller.order(Verb.BIND, GPU));
    String answer = caller.ok(caller.reset(GPU, ResetChoice.FLR));
    assertEquals("flr bus", host.attributeText("0000:01:00.0", "reset_method"));
    assertTrue(host.kernelWrites.contains("sys/bus/pci/devices/0000:01:00.0/reset_method=flr"));
    assertTrue(answer.contains("\"mark\":\"msi_address\",\"observed\":true"), answer);
    assertTrue(answer.contains("\"step\":\"quiesce\",\"address\":\"0000:01:00.1\""), answer);
  }

  @Test
  void resetTakesAwayTheRightToReachMemory() throws IOException {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    caller.ok(caller.reset(MEMORY, ResetChoice.BUS));
    byte[] config = Files.readAllBytes(host.attribute("0000:03:00.0", "config"));
    assertEquals(0, config[4] & ConfigSpace.COMMAND_MASTER);
  }

  @Test
  void membersWithoutTheMethodAreSkippedAndSaidSo() throws IOException {
    host.attribute("0000:01:00.0", "reset_method", "bus\n");
    host.attribute("0000:01:00.0", "reset", "");
    caller.ok(caller.order(Verb.BIND, GPU));
    String answer = caller.ok(caller.reset(GPU, ResetChoice.BUS));
    assertTrue(
        answer.contains("\"step\":\"reset\",\"address\":\"0000:01:00.1\",\"result\":\"skipped\""),
        answer);
  }

  @Test
  void scrubEmptiesTheMemoryAndProvesIt() throws IOException {
    byte[] secret = new byte[MEMORY_BYTES];
    Arrays.fill(secret, (byte) 's');
    Files.write(host.attribute("0000:03:00.0", "resource2"), secret);
    caller.ok(caller.order(Verb.BIND, MEMORY));
    String answer = caller.ok(caller.order(Verb.SCRUB, MEMORY));
    assertArrayEquals(
        new byte[MEMORY_BYTES], Files.readAllBytes(host.attribute("0000:03:00.0", "resource2")));
    assertTrue(
        answer.contains(
            "\"bytes_total\":3145728,\"bytes_scrubbed\":3145728,\"bytes_verified\":3145728"),
        answer);
    for (String step : List.of("witness", "scrub", "negative-control", "verify")) {
      assertTrue(answer.contains("{\"step\":\"" + step + "\""), answer);
    }
    assertTrue(answer.contains("BAR 0 (4096 bytes): registers, not overwritten"), answer);
  }

  @Test
  void scrubLeavesTheCommandRegisterAsItWas() throws IOException {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    byte[] before = Files.readAllBytes(host.attribute("0000:03:00.0", "config"));
    caller.ok(caller.order(Verb.SCRUB, MEMORY));
    assertArrayEquals(before, Files.readAllBytes(host.attribute("0000:03:00.0", "config")));
  }

  @Test
  void stateTellsEverything() {
    caller.ok(caller.order(Verb.BIND, GPU, Caller.fence(3)));
    caller.ok(caller.permit(GPU, Caller.tenant("vm1"), Caller.fence(4)));
    String answer = caller.ok(caller.state());
    assertTrue(
        answer.contains(
            "\"members\":[\"0000:01:00.0\",\"0000:01:00.1\"],\"group\":5,\"phase\":\"BOUND\",\"driver_ok\":true,\"guarded\":false,\"permit\":{\"claim\":"),
        answer);
    assertTrue(answer.contains("\"fence\":{\"epoch\":1,\"number\":4}"), answer);
  }

  @Test
  void twoUnitsAreManagedSideBySide() throws IOException {
    caller.ok(caller.order(Verb.BIND, GPU));
    caller.ok(caller.order(Verb.BIND, MEMORY));
    assertEquals("0000:01:00.0\n0000:01:00.1\n0000:03:00.0\n", managed());
    caller.ok(caller.order(Verb.RELEASE, GPU));
    assertEquals("0000:03:00.0\n", managed());
    assertFalse(status().contains("0000:01:00.0"));
  }

  @Test
  void aGuardThatWasKilledTakesEverythingAgain() throws IOException, InterruptedException {
    caller.ok(caller.order(Verb.BIND, GPU));
    caller.ok(caller.order(Verb.BIND, MEMORY));
    caller.ok(caller.permit(MEMORY, Caller.tenant("vm1")));
    guard.close();
    guard = host.guard();
    String status = status();
    assertTrue(status.matches(".*01:00.1\"],\"group\":5,\"guarded\":true.*"), status);
    assertTrue(status.matches(".*03:00.0\"],\"group\":7,\"guarded\":false,\"permit\".*"), status);
  }

  private void reboot(String address, String driver) throws IOException {
    Files.delete(host.attribute(address, "driver"));
    Files.deleteIfExists(root.resolve("dev/vfio/5"));
    host.attribute(address, "driver_override", "(null)\n");
    host.attribute(address, "power/control", "auto\n");
    Files.createSymbolicLink(
        host.attribute(address, "driver"), root.resolve("sys/bus/pci/drivers").resolve(driver));
  }

  private String managed() throws IOException {
    return Files.readString(root.resolve("var/lib/ostler/vfio-managed"));
  }

  private String status() throws IOException {
    return guard.ask("{\"v\":1,\"ask\":\"status\"}");
  }
}
