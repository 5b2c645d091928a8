package ostler.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.vfio.Caller.GPU;
import static ostler.vfio.Caller.MEMORY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.ResetChoice;
import ostler.root.Authority;
import ostler.root.Code;
import ostler.root.Reason;

/** What each verb refuses, with which code, and that nothing is changed by a refusal. */
class RefusalsTest {

  private static final String DEVICE = "sys/devices/pci0000:00/0000:01:00.0";

  @TempDir Path root;
  private FakeHost host;
  private Caller caller;
  private RunningGuard guard;

  @BeforeEach
  void aHostWithTwoUnits() throws IOException, InterruptedException {
    host = new FakeHost(root);
    host.gpu();
    host.memory(1 << 20);
    caller = new Caller(host);
    guard = host.guard();
  }

  @AfterEach
  void theGuardGoes() throws IOException {
    guard.close();
  }

  private void bindIsRefused(Code code, String because) {
    String answer = caller.refused(code, caller.order(Verb.BIND, GPU));
    assertTrue(answer.contains(because), answer);
    assertEquals(List.of(), host.kernelWrites);
    assertEquals("radeon", host.driverOf("0000:01:00.0"));
  }

  @Test
  void apartOfAGroupIsNotAUnit() {
    Request part = caller.order(Verb.BIND, Caller.members("0000:01:00.0"));
    String answer = caller.refused(Code.GROUP_CHANGED, part);
    assertTrue(answer.contains("0000:01:00.0, 0000:01:00.1 now"), answer);
  }

  @Test
  void twoGroupsAreNotAUnit() {
    caller.refused(
        Code.GROUP_CHANGED,
        caller.order(Verb.BIND, Caller.members("0000:01:00.0", "0000:03:00.0")));
  }

  @Test
  void aDeviceThatIsNotThereIsGone() {
    caller.refused(Code.DEVICE_GONE, caller.order(Verb.BIND, Caller.members("0000:09:00.0")));
  }

  @Test
  void withoutAnIommuNothingIsPassedThrough() throws IOException {
    Files.createFile(root.resolve("dev/vfio/noiommu-5"));
    bindIsRefused(Code.NO_IOMMU, "0000:01:00.0");
    Files.delete(root.resolve("dev/vfio/noiommu-5"));
    Files.delete(host.attribute("0000:01:00.1", "iommu_group"));
    bindIsRefused(Code.NO_IOMMU, "0000:01:00.1");
  }

  @Test
  void aDeviceThatIsNotListedIsNeverTouched() throws IOException {
    host.write("etc/ostler/devices", "0000:01:00.0\n");
    bindIsRefused(Code.NOT_LISTED, "0000:01:00.1 (8086:293e) is not listed");
    caller.refused(Code.NOT_LISTED, caller.holders(GPU));
  }

  @Test
  void aDeviceMayBeListedByItsModelOrByBoth() throws IOException {
    host.write("etc/ostler/devices", "1002:5046 # the GPU\n0000:01:00.1 8086:293e\n");
    caller.ok(caller.order(Verb.BIND, GPU));
  }

  @Test
  void anAddressWithAnotherModelThanListedIsNotThatDevice() throws IOException {
    host.write("etc/ostler/devices", "0000:01:00.0 10de:20b0\n0000:01:00.1\n");
    bindIsRefused(Code.NOT_LISTED, "0000:01:00.0 (1002:5046)");
  }

  @Test
  void aListThatOthersCanWriteIsNotBelieved() throws IOException {
    Path list = root.resolve("etc/ostler/devices");
    Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-rw-r--"));
    bindIsRefused(Code.NOT_LISTED, "can be written by others");
    Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(list.getParent(), PosixFilePermissions.fromString("rwxr-xrwx"));
    bindIsRefused(Code.NOT_LISTED, "can be written by others");
  }

  @Test
  void aListWithALineThatIsNoneIsNotBelieved() throws IOException {
    host.write("etc/ostler/devices", "0000:01:00.0\nall of them\n");
    bindIsRefused(Code.NOT_LISTED, "Line 2");
  }

  @Test
  void theBootDisplayIsProtected() throws IOException {
    host.attribute("0000:01:00.0", "boot_vga", "1\n");
    bindIsRefused(Code.PROTECTED, "started on");
  }

  @Test
  void theConsolesFramebufferIsProtected() throws IOException {
    host.bar("0000:01:00.0", 0, 1 << 20, "0x0000000000042208");
    host.write("proc/iomem", "e0000000-efffffff : PCI Bus\n  e0080000-e00fffff : efifb\n");
    bindIsRefused(Code.PROTECTED, "efifb");
  }

  @Test
  void aMountedDiskIsProtected() throws IOException {
    host.write(DEVICE + "/nvme/nvme0/nvme0n1/nvme0n1p2/dev", "259:2\n");
    link("sys/class/block/nvme0n1p2", DEVICE + "/nvme/nvme0/nvme0n1/nvme0n1p2");
    host.write("proc/self/mountinfo", "22 1 259:2 / /srv rw - ext4 /dev/disk/by-uuid/x rw\n");
    bindIsRefused(Code.PROTECTED, "mounted at /srv");
  }

  @Test
  void aDiskBehindMultipathIsProtected() throws IOException {
    host.write(DEVICE + "/nvme/nvme0/nvme0c0n1/dev", "259:0\n");
    link("sys/class/block/nvme0c0n1", DEVICE + "/nvme/nvme0/nvme0c0n1");
    host.write("sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1/dev", "259:7\n");
    link("sys/class/block/nvme0n1", "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1");
    host.write("proc/self/mountinfo", "22 1 259:7 / / rw - ext4 /dev/nvme0n1 rw\n");
    bindIsRefused(Code.PROTECTED, "mounted at /");
  }

  @Test
  void swapAndPartsOfOtherDisksAreProtected() throws IOException {
    host.write(DEVICE + "/ata1/block/sda/dev", "8:0\n");
    link("sys/class/block/sda", DEVICE + "/ata1/block/sda");
    host.write("proc/swaps", "Filename Type Size Used Priority\n/dev/sda partition 1 0 -2\n");
    bindIsRefused(Code.PROTECTED, "swap");
    host.write("proc/swaps", "Filename Type Size Used Priority\n");
    Files.createDirectories(root.resolve(DEVICE + "/ata1/block/sda/holders/md0"));
    bindIsRefused(Code.PROTECTED, "a part of md0");
  }

  @Test
  void theManagementInterfaceIsProtected() throws IOException {
    host.write(DEVICE + "/net/eth0/flags", "0x1003\n");
    link("sys/class/net/eth0", DEVICE + "/net/eth0");
    host.write("proc/net/route", "Iface\tDestination\neth0\t00000000\t0101A8C0\n");
    bindIsRefused(Code.PROTECTED, "ip link set eth0 down");
    host.write("proc/net/route", "Iface\tDestination\n");
    host.write("proc/net/if_inet6", "fe80000000000000 02 40 20 80     eth0\n");
    bindIsRefused(Code.PROTECTED, "eth0");
    host.write("proc/net/if_inet6", "");
    Files.createDirectories(root.resolve(DEVICE + "/net/eth0/upper_br0"));
    bindIsRefused(Code.PROTECTED, "eth0");
  }

  @Test
  void anInterfaceThatIsDownIsNotProtected() throws IOException {
    host.write(DEVICE + "/net/eth0/flags", "0x1002\n");
    link("sys/class/net/eth0", DEVICE + "/net/eth0");
    host.write("proc/net/route", "Iface\tDestination\neth0\t00000000\t0101A8C0\n");
    caller.ok(caller.order(Verb.BIND, GPU));
  }

  @Test
  void aGroupWithTheMachinesOldBridgeIsProtected() throws IOException {
    host.device("0000:01:1f.0", 5, "8086:2918", "060100", "lpc_ich");
    bindIsRefused(Code.PROTECTED, "0000:01:1f.0");
  }

  @Test
  void aGroupWithABoundHostBridgeIsNotViable() throws IOException {
    host.device("0000:01:1f.0", 5, "8086:2918", "060000", "skl_uncore");
    bindIsRefused(Code.NOT_VIABLE, "skl_uncore");
  }

  @Test
  void bridgesStayWithTheHost() throws IOException {
    host.device("0000:05:00.0", 9, "1b36:000e", "060400", "");
    host.list("0000:05:00.0");
    caller.refused(Code.PROTECTED, caller.order(Verb.BIND, Caller.members("0000:05:00.0")));
  }

  @Test
  void aParentOfSlicesIsNotTakenFromThem() throws IOException {
    link(DEVICE + "/virtfn0", "sys/devices/pci0000:00/0000:01:00.1");
    bindIsRefused(Code.SLICED, "virtual functions");
    Files.delete(root.resolve(DEVICE + "/virtfn0"));
    Path slice = root.resolve(DEVICE + "/4b20d080-1b54-4048-85b3-a6a62d165c01");
    Files.createDirectories(slice);
    Files.createDirectories(root.resolve("sys/bus/mdev/devices"));
    Files.createSymbolicLink(
        root.resolve("sys/bus/mdev/devices/4b20d080-1b54-4048-85b3-a6a62d165c01"), slice);
    bindIsRefused(Code.SLICED, "4b20d080");
  }

  @Test
  void withoutTheVfioDriverNothingIsChanged() throws IOException {
    Files.delete(root.resolve("sys/bus/pci/drivers/vfio-pci/unbind"));
    Files.delete(root.resolve("sys/bus/pci/drivers/vfio-pci"));
    bindIsRefused(Code.VFIO_ABSENT, "modprobe vfio-pci");
  }

  @Test
  void withoutTheGuardNothingIsChanged() throws IOException {
    guard.close();
    bindIsRefused(Code.GUARD_ABSENT, "systemctl start ostler-guard");
  }

  @Test
  void aProcessThatMayNotBeLookedIntoBlocks() throws IOException {
    Path fd = root.resolve("proc/99/fd");
    Files.createDirectories(fd.getParent());
    Files.writeString(fd, "no folder");
    caller.refused(Code.CANNOT_LOOK, caller.holders(GPU));
    bindIsRefused(Code.CANNOT_LOOK, "0000:01:00.0");
  }

  @Test
  void ifOneMemberCannotBeBoundEverythingIsAsBefore() throws IOException {
    host.fault("probe 0000:01:00.1 vfio-pci", "");
    String answer = caller.refused(Code.BIND_FAILED, caller.order(Verb.BIND, GPU));
    assertTrue(answer.contains("Everything is as it was before"), answer);
    assertUntouched();
  }

  @Test
  void ifTheKernelRefusesToUnbindEverythingIsAsBefore() throws IOException {
    host.fault("sys/bus/pci/drivers/radeon/unbind", "Device or resource busy");
    String answer = caller.refused(Code.BIND_FAILED, caller.order(Verb.BIND, GPU));
    assertTrue(answer.contains("\"kernel_error\":\"EBUSY\""), answer);
    assertUntouched();
  }

  @Test
  void wordsOfTheKernelThatAreNotKnownHaveACodeOfTheirOwn() throws IOException {
    host.fault("sys/bus/pci/drivers/radeon/unbind", "Computer says no");
    caller.refused(Code.UNKNOWN_KERNEL_ERROR, caller.order(Verb.BIND, GPU));
    assertUntouched();
  }

  @Test
  void ifUndoingFailsTooBothReasonsAreTold() {
    host.fault("probe 0000:01:00.1 vfio-pci", "");
    host.fault("probe 0000:01:00.1 snd_hda_intel", "");
    String answer = caller.refused(Code.ROLLBACK_FAILED, caller.order(Verb.BIND, GPU));
    assertTrue(answer.contains("not taken by the driver vfio-pci"), answer);
    assertTrue(answer.contains("not taken by the driver snd_hda_intel"), answer);
  }

  @Test
  void nvidiasDriverIsAskedToLetGoFirst() throws IOException {
    host.device("0000:41:00.0", 41, "10de:20b0", "030200", "nvidia");
    host.list("0000:41:00.0");
    host.write("proc/driver/nvidia/gpus/0000:41:00.0/unbindLock", "0\n");
    Members card = Caller.members("0000:41:00.0");
    // A plain file keeps what is written into it, as the driver does when it grants the lock.
    caller.ok(caller.order(Verb.BIND, card));
    assertEquals("vfio-pci", host.driverOf("0000:41:00.0"));
  }

  @Test
  void olderOrdersAreRefusedForEver() {
    caller.ok(caller.order(Verb.BIND, GPU, Caller.fence(7)));
    caller.ok(caller.order(Verb.RELEASE, GPU, Caller.fence(8)));
    String answer = caller.refused(Code.STALE_FENCE, caller.order(Verb.BIND, GPU, Caller.fence(7)));
    assertTrue(answer.contains("fence 1.7") && answer.contains("fence 1.8"), answer);
    assertEquals("radeon", host.driverOf("0000:01:00.0"));
  }

  @Test
  void aLateOrderOfAnotherKindDoesNotPassUnderTheSameFence() {
    caller.ok(caller.order(Verb.BIND, GPU, Caller.fence(7)));
    caller.refused(Code.STALE_FENCE, caller.permit(GPU, Caller.tenant("vm1"), Caller.fence(7)));
    caller.ok(caller.order(Verb.RELEASE, GPU, Caller.fence(8)));
    caller.refused(Code.STALE_FENCE, caller.order(Verb.BIND, GPU, Caller.fence(8)));
  }

  @Test
  void aUnitOfOneClaimIsNotPermittedToAnother() {
    caller.ok(caller.order(Verb.BIND, GPU));
    caller.ok(caller.permit(GPU, Caller.tenant("vm1")));
    caller.refused(Code.PERMITTED, caller.permit(GPU, Caller.tenant("vm2")));
  }

  @Test
  void aPermittedUnitIsNeitherResetNorScrubbedNorReleased() {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    caller.ok(caller.permit(MEMORY, Caller.tenant("vm1")));
    caller.refused(Code.PERMITTED, caller.reset(MEMORY, ResetChoice.BUS));
    caller.refused(Code.PERMITTED, caller.order(Verb.SCRUB, MEMORY));
    caller.refused(Code.PERMITTED, caller.order(Verb.RELEASE, MEMORY));
  }

  @Test
  void aHeldUnitIsNotTakenFromItsTenant() throws IOException {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    caller.ok(caller.permit(MEMORY, Caller.tenant("vm1")));
    host.process(4242, "qemu-system-x86", "/dev/vfio/7");
    String answer = caller.refused(Code.HELD, caller.order(Verb.FORBID, MEMORY));
    assertTrue(answer.contains("process 4242"), answer);
    assertTrue(caller.ok(caller.state()).contains("\"closing\":false"));
  }

  @Test
  void aUnitThatIsHeldWithoutAPermitIsNotTouched() throws IOException {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    host.process(4242, "qemu-system-x86", "/dev/vfio/7");
    caller.refused(Code.HELD, caller.reset(MEMORY, ResetChoice.BUS));
    caller.refused(Code.HELD, caller.order(Verb.SCRUB, MEMORY));
    caller.refused(Code.HELD, caller.order(Verb.RELEASE, MEMORY));
    caller.refused(Code.HELD, caller.permit(MEMORY, Caller.tenant("vm1")));
  }

  @Test
  void aUnitThatIsNotBoundIsNotWorkedOn() {
    caller.refused(Code.NOT_BOUND, caller.permit(MEMORY, Caller.tenant("vm1")));
    caller.refused(Code.NOT_BOUND, caller.order(Verb.FORBID, MEMORY));
    caller.refused(Code.NOT_BOUND, caller.reset(MEMORY, ResetChoice.BUS));
    caller.refused(Code.NOT_BOUND, caller.order(Verb.SCRUB, MEMORY));
  }

  @Test
  void onlyAGroupThatSomebodyHasThroughVfioIsAdopted() throws IOException {
    host.process(4141, "Xorg", "/dev/dri/card0");
    caller.refused(Code.NOT_BOUND, caller.adopt(GPU, Caller.tenant("vm1")));
    host.stranger(4242, "0000:03:00.0");
    host.endProcess(4242);
    caller.refused(Code.NOT_HELD, caller.adopt(MEMORY, Caller.tenant("vm1")));
    assertEquals(List.of(), host.kernelWrites);
    assertTrue(caller.ok(caller.state()).contains("\"managed\":[]"));
  }

  @Test
  void aGuardedUnitHasNoTenantToAdopt() {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    caller.refused(Code.NOT_HELD, caller.adopt(MEMORY, Caller.tenant("vm1")));
  }

  @Test
  void aUnitOfOneClaimIsNotAdoptedByAnother() throws IOException {
    host.stranger(4242, "0000:03:00.0");
    caller.ok(caller.adopt(MEMORY, Caller.tenant("vm1")));
    caller.refused(Code.PERMITTED, caller.adopt(MEMORY, Caller.tenant("vm2")));
  }

  @Test
  void anAdoptionIsFencedAsEveryOtherOrder() throws IOException {
    host.stranger(4242, "0000:03:00.0");
    Request late = caller.adopt(MEMORY, Caller.tenant("vm1"));
    caller.refused(Code.HELD, caller.order(Verb.BIND, MEMORY));
    caller.refused(Code.STALE_FENCE, late);
  }

  @Test
  void withoutTheGuardNothingIsAdopted() throws IOException {
    host.stranger(4242, "0000:03:00.0");
    guard.close();
    caller.refused(Code.GUARD_ABSENT, caller.adopt(MEMORY, Caller.tenant("vm1")));
    assertEquals(List.of(), host.kernelWrites);
  }

  @Test
  void anotherCardInTheSlotIsKnownForAnother() throws IOException {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    host.attribute("0000:03:00.0", "revision", "0x02\n");
    caller.refused(Code.GROUP_CHANGED, caller.order(Verb.BIND, MEMORY));
    caller.refused(Code.GROUP_CHANGED, caller.permit(MEMORY, Caller.tenant("vm1")));
  }

  @Test
  void whatWasWorkedOnByHandIsNotPermittedBeforeItIsWipedAgain() {
    Authority byHand = new Authority.Offline(new Reason("looking for a fault"));
    caller.ok(caller.order(Verb.BIND, MEMORY));
    caller.ok(caller.order(Verb.RELEASE, MEMORY, byHand));
    caller.ok(caller.order(Verb.BIND, MEMORY, byHand));
    String answer = caller.refused(Code.VOIDED, caller.permit(MEMORY, Caller.tenant("vm1")));
    assertTrue(answer.contains("looking for a fault"), answer);
    caller.ok(caller.order(Verb.SCRUB, MEMORY));
    caller.ok(caller.permit(MEMORY, Caller.tenant("vm1")));
  }

  @Test
  void aMethodThatTheKernelDoesNotListIsUnsupported() {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    String answer = caller.refused(Code.RESET_UNSUPPORTED, caller.reset(MEMORY, ResetChoice.FLR));
    assertTrue(answer.contains("0000:03:00.0 has [bus]"), answer);
  }

  @Test
  void aListedMethodThatTheKernelCannotDoIsUnsupported() throws IOException {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    host.fault("sys/bus/pci/devices/0000:03:00.0/reset", "Inappropriate ioctl for device");
    caller.refused(Code.RESET_UNSUPPORTED, caller.reset(MEMORY, ResetChoice.BUS));
    assertEquals("bus", host.attributeText("0000:03:00.0", "reset_method"));
  }

  @Test
  void aResetThatDoesNothingIsNoticed() throws IOException {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    host.resetDoesNothing("0000:03:00.0");
    String answer = caller.refused(Code.RESET_FAILED, caller.reset(MEMORY, ResetChoice.BUS));
    assertTrue(answer.contains("did nothing"), answer);
  }

  @Test
  void aDeviceThatFellOffTheBusIsGone() throws IOException {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    byte[] ones = new byte[256];
    java.util.Arrays.fill(ones, (byte) 0xff);
    Files.write(host.attribute("0000:03:00.0", "config"), ones);
    caller.refused(Code.DEVICE_GONE, caller.reset(MEMORY, ResetChoice.BUS));
    caller.refused(Code.DEVICE_GONE, caller.order(Verb.SCRUB, MEMORY));
  }

  @Test
  void aGpuWhoseBarIsAWindowIsNotScrubbed() throws IOException {
    host.device("0000:41:00.0", 41, "10de:20b0", "030200", "");
    host.list("0000:41:00.0");
    Members card = Caller.members("0000:41:00.0");
    caller.ok(caller.order(Verb.BIND, card));
    String answer = caller.refused(Code.SCRUB_UNSUPPORTED, caller.order(Verb.SCRUB, card));
    assertTrue(answer.contains("window"), answer);
  }

  @Test
  void aGroupThatIsLockedIsLeftAlone() throws IOException {
    Path lock = root.resolve("run/lock/ostler/group-5.lock");
    caller.ok(caller.order(Verb.BIND, GPU));
    try (var channel =
            java.nio.channels.FileChannel.open(lock, java.nio.file.StandardOpenOption.WRITE);
        var held = channel.lock()) {
      assertTrue(held.isValid());
      caller.refused(Code.LOCKED, caller.order(Verb.RELEASE, GPU));
      caller.ok(caller.order(Verb.BIND, MEMORY));
    }
    caller.ok(caller.order(Verb.RELEASE, GPU));
  }

  @Test
  void aSpoiltFileOfOursStopsEverythingAboutThatUnit() throws IOException {
    caller.ok(caller.order(Verb.BIND, GPU));
    host.write("var/lib/ostler/vfio/fences/0000:01:00.0.json", "{\"v\":1,");
    caller.refused(Code.JOURNAL_FAILED, caller.order(Verb.RELEASE, GPU));
    host.write("var/lib/ostler/vfio/journal/0000:01:00.0.json", "gibberish\n");
    caller.refused(Code.JOURNAL_FAILED, caller.order(Verb.RELEASE, GPU));
    caller.ok(caller.order(Verb.BIND, MEMORY));
  }

  @Test
  void aFolderOfLocksThatIsNotRootsIsNotUsed() throws IOException {
    Path locks = Files.createDirectories(root.resolve("run/lock/ostler"));
    Files.setPosixFilePermissions(locks, PosixFilePermissions.fromString("rwxrwxrwx"));
    caller.refused(Code.JOURNAL_FAILED, caller.order(Verb.BIND, GPU));
    assertFalse(Files.exists(locks.resolve("group-5.lock")));
  }

  private void assertUntouched() throws IOException {
    assertEquals("radeon", host.driverOf("0000:01:00.0"));
    assertEquals("snd_hda_intel", host.driverOf("0000:01:00.1"));
    for (String device : List.of("0000:01:00.0", "0000:01:00.1")) {
      assertEquals("(null)", host.attributeText(device, "driver_override"));
      assertEquals("auto", host.attributeText(device, "power/control"));
      assertEquals("1", host.attributeText(device, "d3cold_allowed"));
    }
    assertEquals("", Files.readString(root.resolve("var/lib/ostler/vfio-managed")));
    assertTrue(caller.ok(caller.state()).contains("\"managed\":[]"));
  }

  private void link(String link, String target) throws IOException {
    Path from = root.resolve(link);
    Files.createDirectories(from.getParent());
    Files.createDirectories(root.resolve(target));
    Files.createSymbolicLink(from, root.resolve(target));
  }
}
