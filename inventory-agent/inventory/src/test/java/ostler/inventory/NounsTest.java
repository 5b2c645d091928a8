package ostler.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;

final class NounsTest {

  private static final DeviceIdentity MODEL = DeviceIdentity.ofModel(PciId.parse("10de:20b0"));
  private static final PciAddress GPU = PciAddress.parse("0000:65:00.0");
  private static final PciAddress AUDIO = PciAddress.parse("0000:65:00.1");
  private static final PciAddress PORT = PciAddress.parse("0000:64:00.0");

  @ParameterizedTest
  @ValueSource(strings = {"gpu-1", "a", "gpu_1.example.org", "10.0.0.1", "GPU-1"})
  void aHostsNameIsKeptAsWritten(String name) {
    assertEquals(name, new HostName(name).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "a b", "a/b", "..", "a\n", "ä"})
  void whatIsNotAHostsNameIsRefused(String garbage) {
    assertEquals(Optional.empty(), HostName.tryParse(garbage));
    assertThrows(IllegalArgumentException.class, () -> new HostName(garbage));
  }

  @Test
  void aUuidIsReadInItsCanonicalFormOnly() {
    String canonical = "6AB89993-81b7-4407-9494-f7888bc3b9d0";
    assertEquals("6ab89993-81b7-4407-9494-f7888bc3b9d0", UnitId.parse(canonical).toString());
    assertEquals(Optional.empty(), ClaimId.tryParse("1-1-1-1-1"));
    assertThrows(IllegalArgumentException.class, () -> BootId.parse(canonical + "\n"));
  }

  @Test
  void aRaisedEpochWinsOverEveryNumber() {
    assertTrue(new Fence(1, 99).isOlderThan(new Fence(2, 0)));
    assertTrue(new Fence(1, 1).isOlderThan(new Fence(1, 2)));
    assertFalse(new Fence(1, 2).isOlderThan(new Fence(1, 2)));
    assertEquals("1.42", new Fence(1, 42).toString());
    assertThrows(IllegalArgumentException.class, () -> new Fence(-1, 0));
  }

  @Test
  void anotherSerialNumberIsAnotherDevice() {
    DeviceIdentity one = MODEL.withSerial(new SerialNumber("1"));
    assertTrue(one.contradicts(MODEL.withSerial(new SerialNumber("2"))));
    assertTrue(one.contradicts(DeviceIdentity.ofModel(PciId.parse("10de:20b2"))));
  }

  @Test
  void whatOnlyOneReadingKnowsContradictsNothingAndNeitherDoesTheSlot() {
    DeviceIdentity one = MODEL.withSerial(new SerialNumber("1")).withSlot(new SlotName("4"));
    DeviceIdentity other = MODEL.withUuid(new DeviceUuid("GPU-1")).withSlot(new SlotName("5"));
    assertFalse(one.contradicts(other));
    assertFalse(other.contradicts(one));
  }

  @Test
  void aGroupsEndpointsAreAllThatAreNotKnownToBeBridges() {
    Group group =
        new Group(
            new IommuGroup(1),
            Optional.empty(),
            List.of(
                new Group.Member(AUDIO, Group.Role.UNKNOWN),
                new Group.Member(PORT, Group.Role.BRIDGE),
                new Group.Member(GPU, Group.Role.ENDPOINT)));
    assertEquals(List.of(GPU, AUDIO), group.endpoints());
    assertEquals(List.of(AUDIO), group.companionsOf(GPU));
  }

  @Test
  void twoFunctionsCannotHaveOneAddress() {
    PciFunction function = PciFunction.builder(GPU, MODEL, PciClass.parse("0x030200")).build();
    HostInventory host =
        new HostInventory(
            new HostName("a"),
            Optional.empty(),
            Optional.empty(),
            false,
            List.of(),
            List.of(function),
            List.of(),
            List.of(),
            true,
            List.of());
    assertThrows(
        IllegalArgumentException.class, () -> host.withFunctions(List.of(function, function)));
  }

  @Test
  void aCopyOfAFunctionKnowsAllThatTheFunctionKnew() {
    PciFunction function =
        PciFunction.builder(GPU, MODEL, PciClass.parse("0x030200"))
            .group(new IommuGroup(3))
            .numaNode(new NumaNode(1))
            .upstream(List.of(PORT))
            .problem(new Problem(Problem.Code.TOO_MANY, "a", "b"))
            .build();
    assertEquals(function, function.toBuilder().build());
    assertEquals(Optional.of(PORT), function.parentBridge());
  }

  @Test
  void onlyWordsThatBearOnPassthroughAreTakenFromACommandLine() {
    assertEquals(
        List.of("iommu=pt", "vfio-pci.ids=10de:20b0"),
        KernelFlag.ofCommandLine("root=/dev/sda iommu=pt  vfio-pci.ids=10de:20b0\tpassword=x\n")
            .stream()
            .map(Object::toString)
            .toList());
    assertEquals(List.of(), KernelFlag.ofCommandLine("\n"));
  }
}
