package ostler.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.pci.ResetMethod;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

final class InventoryJsonTest {

  private static final PciAddress GPU = PciAddress.parse("0000:65:00.0");
  private static final PciAddress AUDIO = PciAddress.parse("0000:65:00.1");
  private static final PciAddress BRIDGE = PciAddress.parse("0000:64:01.0");
  private static final Problem PROBLEM =
      new Problem(Problem.Code.ATTRIBUTE_GARBLED, "numa_node", "numa_node says nonsense");

  private static HostInventory everything() {
    DeviceIdentity identity =
        new DeviceIdentity(
            PciId.parse("10de:20b0"),
            Optional.of(PciId.parse("10de:1450")),
            0xa1,
            Optional.of(new SerialNumber("1322")),
            Optional.of(new DeviceUuid("GPU-1")),
            Optional.of(new SlotName("4-1")));
    PciFunction gpu =
        PciFunction.builder(GPU, identity, PciClass.parse("0x030200"))
            .driver(DriverName.VFIO_PCI)
            .group(new IommuGroup(12))
            .numaNode(new NumaNode(1))
            .resetMethods(List.of(ResetMethod.FLR, ResetMethod.BUS))
            .bootDisplay(true)
            .bars(List.of(new Bar(1, 1L << 36, Bar.Space.MEMORY, true)))
            .sriov(Optional.of(new SriovParent(16, List.of(PciAddress.parse("0000:65:00.4")))))
            .mdevTypes(List.of(new MdevTypeId("nvidia-471")))
            .upstream(List.of(BRIDGE))
            .powerState(Optional.of(PowerState.D0))
            .locked(locked())
            .problem(PROBLEM)
            .build();
    PciFunction audio =
        PciFunction.builder(
                AUDIO, DeviceIdentity.ofModel(PciId.parse("10de:1aef")), PciClass.parse("0x040300"))
            .physicalFunction(Optional.of(GPU))
            .build();
    Group group =
        new Group(
            new IommuGroup(12),
            Optional.of(GroupType.DMA_FQ),
            List.of(
                new Group.Member(GPU, Group.Role.ENDPOINT),
                new Group.Member(AUDIO, Group.Role.UNKNOWN),
                new Group.Member(BRIDGE, Group.Role.BRIDGE)));
    return new HostInventory(
        new HostName("gpu-1"),
        Optional.of(BootId.parse("6ab89993-81b7-4407-9494-f7888bc3b9d0")),
        Optional.of("6.12.0"),
        true,
        List.of(new KernelFlag("intel_iommu=on")),
        List.of(audio, gpu),
        List.of(group),
        List.of(new UnreadDevice("0000:66:00.0", List.of(PROBLEM))),
        true,
        List.of(PROBLEM));
  }

  private static LockedAttributes locked() {
    return new LockedAttributes(
        Optional.of(DriverName.VFIO_PCI),
        OptionalInt.of(1),
        Optional.of(true),
        Optional.of(new Link(Optional.of(new LinkRate(16_000, 1)), Optional.empty())),
        Optional.of(new SerialNumber("48 b0 2d ff fe 00 00 00")),
        List.of(
            new MdevType(
                new MdevTypeId("nvidia-471"),
                Optional.of("GRID A100-1-5C"),
                Optional.of("framebuffer=5120M"),
                Optional.of("vfio-pci"),
                OptionalInt.of(7))),
        List.of(PROBLEM));
  }

  private static HostInventory read(String document, List<String> refused) throws WireException {
    return Json.read(
        document,
        JsonLimits.REPORT,
        in -> InventoryJson.read(in, problem -> refused.add(problem.getMessage())));
  }

  private static String written() {
    return Json.write(out -> InventoryJson.write(everything(), out));
  }

  @Test
  void everythingThatIsWrittenIsReadBack() throws WireException {
    List<String> refused = new ArrayList<>();
    assertEquals(everything(), read(written(), refused));
    assertEquals(List.of(), refused);
  }

  @Test
  void aMalformedFunctionCostsOnlyItselfAndIsNamedByItsAddress() throws WireException {
    List<String> refused = new ArrayList<>();
    HostInventory host = read(written().replace("\"0x040300\"", "\"sound\""), refused);
    assertEquals(List.of(GPU), host.functions().stream().map(PciFunction::address).toList());
    assertEquals(List.of("functions[1].class: is not a PCI class: \"sound\""), refused);
    assertEquals(
        List.of("0000:66:00.0", AUDIO.toString()),
        host.unread().stream().map(UnreadDevice::name).toList());
    assertTrue(host.scanComplete());
  }

  @Test
  void absenceProvesNothingWhereAnEntryCannotSayWhichDeviceItIs() throws WireException {
    HostInventory host =
        read(
            written().replace("\"address\":\"0000:65:00.1\",\"vendor\"", "\"vendor\""), noneKept());
    assertEquals("functions[1].address", host.unread().get(1).name());
    assertFalse(host.scanComplete());
  }

  @Test
  void aSecondFunctionAtOneAddressIsRefusedAndTheFirstStays() throws WireException {
    List<String> refused = new ArrayList<>();
    HostInventory host =
        read(
            written()
                .replace(
                    "\"address\":\"0000:65:00.1\",\"vendor\"",
                    "\"address\":\"0000:65:00.0\",\"vendor\""),
            refused);
    assertEquals(List.of("functions[1].address: is another function's too: 0000:65:00.0"), refused);
    assertEquals(1, host.functions().size());
  }

  @Test
  void aMalformedHostIsRefusedNamingTheField() {
    assertEquals(
        "boot_id: is not a UUID: \"1\"",
        assertThrows(
                WireException.class,
                () ->
                    read(
                        written().replace("6ab89993-81b7-4407-9494-f7888bc3b9d0", "1"), noneKept()))
            .getMessage());
    assertEquals(
        "surprise: is not a known field",
        assertThrows(
                WireException.class,
                () -> read(written().replaceFirst("\\{", "{\"surprise\":1,"), noneKept()))
            .getMessage());
    assertEquals(
        "scan_complete: is missing",
        assertThrows(
                WireException.class,
                () -> read(written().replace("\"scan_complete\":true,", ""), noneKept()))
            .getMessage());
  }

  @Test
  void aFenceIsWrittenAsTwoNumbersAndReadBack() throws WireException {
    Fence fence = new Fence(1, 42);
    String text = Json.write(out -> out.object("fence", in -> FenceJson.write(fence, in)));
    assertEquals("{\"fence\":{\"epoch\":1,\"number\":42}}", text);
    assertEquals(
        fence, Json.read(text, JsonLimits.MESSAGE, in -> in.object("fence", FenceJson::read)));
  }

  private static List<String> noneKept() {
    return new ArrayList<>();
  }
}
