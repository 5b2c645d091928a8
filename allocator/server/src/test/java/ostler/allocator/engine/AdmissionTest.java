package ostler.allocator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.allocator.Machine;
import ostler.flavor.AliasRule;
import ostler.flavor.ClassPrefix;
import ostler.flavor.PciNumber;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.GroupType;
import ostler.inventory.HostInventory;
import ostler.inventory.KernelFlag;
import ostler.inventory.PciFunction;
import ostler.inventory.SriovParent;
import ostler.inventory.UnitId;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;

final class AdmissionTest {

  private static final PciAddress GPU = Machine.gpu(1);
  private static final PciAddress AUDIO = Machine.audio(1);
  private static final PciId NIC = PciId.parse("8086:100e");

  private static List<Device> known(Machine machine) {
    List<Device> devices = new ArrayList<>();
    DeviceScan.compare(
            List.of(),
            machine.inventory(),
            true,
            () -> new DeviceId(UUID.randomUUID()),
            Samples.NOW)
        .discovered()
        .forEach(devices::add);
    return devices;
  }

  private static Admission at(Machine machine, PciAddress... addresses) {
    return Admission.ofAddresses(machine.inventory(), known(machine), List.of(addresses));
  }

  private static List<Code> refusals(Admission admission) {
    return admission.refused().stream().map(refused -> refused.reason().code()).toList();
  }

  private static void assertRefused(Code code, Machine machine, PciAddress address) {
    Admission admission = at(machine, address);
    assertEquals(List.of(code), refusals(admission));
    assertEquals(List.of(), admission.groups());
  }

  @Test
  void namingOneMemberMeansItsWholeGroup() {
    Admission admission = at(Machine.withGpus("gpu-1", 2), AUDIO);
    assertEquals(
        List.of(List.of(GPU, AUDIO)),
        admission.groups().stream()
            .map(group -> group.stream().map(Device::address).toList())
            .toList());
    assertEquals(
        "1002:5046/0x030000+8086:2668/0x040300",
        Admission.modelOf(admission.groups().get(0)).toString());
  }

  @Test
  void namingTwoMembersOfAGroupMeansItOnce() {
    assertEquals(1, at(Machine.withGpus("gpu-1", 1), GPU, AUDIO).groups().size());
  }

  @Test
  void theHostsOwnScreenIsRefused() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    machine.plug(machine.at(GPU).toBuilder().bootDisplay(true).build());
    assertRefused(Code.BOOT_DISPLAY, machine, AUDIO);
  }

  @Test
  void aDeviceThatNothingIsolatesIsRefused() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    machine.plug(machine.at(GPU).toBuilder().group(Optional.empty()).build());
    assertRefused(Code.NO_IOMMU, machine, GPU);
  }

  @Test
  void aGroupThatIsNotTranslatedForTheHostsOwnDriversComesIn() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    HostInventory identity = withGroups(machine, GroupType.IDENTITY, List.of());
    Admission admission = Admission.ofAddresses(identity, known(machine), List.of(GPU));
    assertEquals(List.of(), admission.refused());
    assertEquals(1, admission.groups().size());
  }

  @Test
  void aKernelThatOnlyPretendsToIsolateIsRefused() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    HostInventory pretending =
        withGroups(
            machine,
            GroupType.DMA_FQ,
            List.of(new KernelFlag("pcie_acs_override=downstream,multifunction")));
    Admission admission = Admission.ofAddresses(pretending, known(machine), List.of(GPU));
    assertEquals(List.of(Code.NOT_ISOLATED), refusals(admission));
  }

  @Test
  void aBridgeIsNotHandedOut() {
    PciAddress port = PciAddress.parse("0000:00:01.0");
    Machine machine = Machine.withGpus("gpu-1", 1).plug(Machine.bridge(port, 9).build());
    assertRefused(Code.BRIDGES_ONLY, machine, port);
  }

  @Test
  void aBridgeInTheGroupStaysWithTheHost() {
    Machine machine =
        Machine.withGpus("gpu-1", 1)
            .plug(Machine.bridge(PciAddress.parse("0000:00:01.0"), 1).build());
    assertEquals(2, at(machine, GPU).groups().get(0).size());
  }

  @Test
  void aCardWithVirtualFunctionsIsRefusedAndSoIsAVirtualFunction() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    PciAddress function = PciAddress.parse("0000:01:01.0");
    machine.plug(
        machine.at(GPU).toBuilder()
            .sriov(Optional.of(new SriovParent(4, List.of(function))))
            .build());
    machine.plug(
        Machine.function(function, Machine.GPU, PciClass.parse("0x030000"), 7)
            .physicalFunction(Optional.of(GPU))
            .build());
    assertRefused(Code.FUNCTIONS_ENABLED, machine, GPU);
    assertRefused(Code.VIRTUAL_FUNCTION, machine, function);
  }

  @Test
  void aNetworkCardThatTheHostUsesKeepsItsGroupWithTheHost() {
    PciAddress nic = PciAddress.parse("0000:01:00.2");
    Machine machine = Machine.withGpus("gpu-1", 1);
    machine.plug(
        Machine.function(nic, NIC, PciClass.parse("0x020000"), 1)
            .driver(new DriverName("e1000e"))
            .build());
    assertRefused(Code.HOST_NEEDS, machine, GPU);
    machine.plug(machine.at(nic).toBuilder().driver(Optional.empty()).build());
    assertEquals(3, at(machine, GPU).groups().get(0).size());
  }

  @Test
  void aGroupWithAMemberThatCouldNotBeReadIsRefused() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    List<Device> known = known(machine);
    HostInventory whole = machine.inventory();
    HostInventory blind =
        new HostInventory(
            whole.host(),
            whole.bootId(),
            whole.kernelRelease(),
            true,
            List.of(),
            whole.functions().stream().filter(f -> !f.address().equals(AUDIO)).toList(),
            whole.groups(),
            List.of(),
            true,
            List.of());
    assertEquals(
        List.of(Code.UNREADABLE), refusals(Admission.ofAddresses(blind, known, List.of(GPU))));
  }

  @Test
  void whatIsInAlreadyIsRefusedByTheNameOfItsUnit() {
    Machine machine = Machine.withGpus("gpu-1", 1);
    UnitId unit = new UnitId(UUID.randomUUID());
    List<Device> known =
        known(machine).stream()
            .map(
                d ->
                    new Device(
                        d.id(),
                        d.host(),
                        d.address(),
                        true,
                        true,
                        d.identity(),
                        d.pciClass(),
                        d.where(),
                        Optional.of(unit),
                        d.firstSeen(),
                        d.lastSeen()))
            .toList();
    Admission admission = Admission.ofAddresses(machine.inventory(), known, List.of(GPU));
    assertEquals(List.of(Code.ALREADY_ADMITTED), refusals(admission));
    assertTrue(admission.refused().get(0).reason().message().contains(unit.toString()));
  }

  @Test
  void anAddressThatIsNotThereIsRefused() {
    assertRefused(
        Code.UNKNOWN_DEVICE, Machine.withGpus("gpu-1", 1), PciAddress.parse("0000:99:00.0"));
  }

  @Test
  void aRuleTakesInWhatItMeansAndSaysWhatItCouldNot() {
    Machine machine = Machine.withGpus("gpu-1", 3);
    machine.plug(machine.at(Machine.gpu(2)).toBuilder().bootDisplay(true).build());
    machine.plug(
        PciFunction.builder(
                PciAddress.parse("0000:50:00.0"),
                DeviceIdentity.ofModel(NIC),
                PciClass.parse("0x020000"))
            .build());
    Admission admission =
        Admission.ofRule(machine.inventory(), known(machine), rule(Optional.empty()));
    assertEquals(2, admission.groups().size());
    assertEquals(List.of(Code.BOOT_DISPLAY), refusals(admission));
    assertEquals(
        0,
        Admission.ofRule(machine.inventory(), known(machine), rule(Optional.of(1)))
            .groups()
            .size());
  }

  private static AliasRule rule(Optional<Integer> members) {
    return new AliasRule(
        Optional.of(PciNumber.parse("1002")),
        Optional.empty(),
        Optional.of(ClassPrefix.parse("03")),
        members);
  }

  private static HostInventory withGroups(Machine machine, GroupType type, List<KernelFlag> flags) {
    HostInventory shown = machine.inventory();
    return new HostInventory(
        shown.host(),
        shown.bootId(),
        shown.kernelRelease(),
        true,
        flags,
        shown.functions(),
        machine.groups(type),
        List.of(),
        true,
        List.of());
  }
}
