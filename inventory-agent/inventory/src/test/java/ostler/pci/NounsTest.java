package ostler.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NounsTest {

  @Test
  void anIdIsReadInEitherCaseAndPrintedInLower() {
    assertEquals("10de:20b0", PciId.parse("10DE:20B0").toString());
    assertEquals(new PciId(0x10de, 0x20b0), PciId.parse("10de:20b0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10de", "10de:20b", "10de:20b00", "10de20b0", "10de:20bg", "10de-20b0"})
  void whatIsNotAnIdIsRefused(String garbage) {
    assertEquals(Optional.empty(), PciId.tryParse(garbage));
    assertThrows(IllegalArgumentException.class, () -> PciId.parse(garbage));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x030000", "0x030200", "0x038000", "0x120000"})
  void everyKindOfGpuIsADisplayOrAnAccelerator(String text) {
    PciClass pciClass = PciClass.parse(text);
    assertTrue(pciClass.isDisplay() || pciClass.isAccelerator());
    assertFalse(pciClass.isBridge());
    assertEquals(text, pciClass.toString());
  }

  @Test
  void portsAndHostBridgesAreBridgesAndAnNvswitchIsNot() {
    assertTrue(PciClass.parse("0x060000").isBridge());
    assertTrue(PciClass.parse("0x060100").isBridge());
    assertTrue(PciClass.parse("0x060400").isBridge());
    assertFalse(PciClass.parse("0x068000").isBridge());
  }

  @Test
  void otherKindsAreToldApart() {
    assertTrue(PciClass.parse("0x010802").isNvme());
    assertTrue(PciClass.parse("0x010802").isStorage());
    assertFalse(PciClass.parse("0x010601").isNvme());
    assertTrue(PciClass.parse("0x040300").isAudio());
    assertTrue(PciClass.parse("0x020000").isNetwork());
    assertTrue(PciClass.parse("0x050000").isMemory());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "030200", "0x0302", "0x03020000", "0x03020g"})
  void whatIsNotAClassIsRefused(String garbage) {
    assertEquals(Optional.empty(), PciClass.tryParse(garbage));
    assertThrows(IllegalArgumentException.class, () -> PciClass.parse(garbage));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/", "../vfio-pci", "a\nb", "a\0b", "ä"})
  void aDriversNameIsOneSafePathElement(String garbage) {
    assertEquals(Optional.empty(), DriverName.tryParse(garbage));
    assertThrows(IllegalArgumentException.class, () -> new DriverName(garbage));
  }

  @Test
  void aGroupsNumberIsDecimalAsTheKernelPrintsIt() {
    assertEquals(Optional.of(new IommuGroup(0)), IommuGroup.tryParse("0"));
    assertEquals(Optional.of(new IommuGroup(120)), IommuGroup.tryParse("120"));
    for (String garbage : new String[] {"", "-1", "01", "0x1", "1 ", "9999999999"}) {
      assertEquals(Optional.empty(), IommuGroup.tryParse(garbage), garbage);
    }
  }

  @Test
  void everyResetMethodIsReadBackFromItsKernelName() {
    for (ResetMethod method : ResetMethod.values()) {
      assertEquals(Optional.of(method), ResetMethod.tryParse(method.kernelName()));
    }
    assertEquals(Optional.empty(), ResetMethod.tryParse("FLR"));
  }
}
