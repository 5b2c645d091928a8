package ostler.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PciAddressTest {

  @ParameterizedTest
  @CsvSource({
    "0000:65:00.0, 0000:65:00.0",
    "00000000:65:00.0, 0000:65:00.0",
    "00000001:D6:00.0, 0001:d6:00.0",
    "10000:e1:1f.7, 10000:e1:1f.7",
    "00010000:E1:1F.7, 10000:e1:1f.7",
    "pci_0000_65_00_0, 0000:65:00.0",
    "pci_0001_d6_1f_3, 0001:d6:1f.3",
    "7fffffff:ff:1f.7, 7fffffff:ff:1f.7"
  })
  void everySpellingOfAnAddressIsTheSameAddress(String spelling, String inSysfs) {
    assertEquals(inSysfs, PciAddress.parse(spelling).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "65:00.0",
        "0000:65:00",
        "0000:65:00.8",
        "0000:65:20.0",
        "000:65:00.0",
        "000000000:65:00.0",
        "80000000:65:00.0",
        "0000:65:00.0 ",
        " 0000:65:00.0",
        "0000:65:00.0\n",
        "0000-65-00.0",
        "0000:6g:00.0",
        "0000:65:00.00",
        "0000:165:00.0",
        "../0000:65:00.0",
        "0000:65:00.0/..",
        "pci_0000_65_00",
        "pci_0000:65:00.0",
        "٠٠٠٠:65:00.0"
      })
  void whatIsNotAnAddressIsRefused(String garbage) {
    assertEquals(Optional.empty(), PciAddress.tryParse(garbage));
    assertThrows(IllegalArgumentException.class, () -> PciAddress.parse(garbage));
  }

  @Test
  void aRefusalOfAVeryLongTextIsShort() {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> PciAddress.parse("0".repeat(100_000)));
    assertTrue(refusal.getMessage().length() < 100, refusal.getMessage());
  }

  @Test
  void theShortFormIsReadOnlyWhereDomainZeroIsMeant() {
    assertEquals(
        Optional.of(PciAddress.parse("0000:65:00.0")), PciAddress.tryParseInDomainZero("65:00.0"));
    assertEquals(Optional.empty(), PciAddress.tryParseInDomainZero("0000:65:00.0"));
  }

  @Test
  void oneBusNumberInTwoDomainsIsTwoAddresses() {
    PciAddress one = PciAddress.parse("0000:d6:00.0");
    PciAddress other = PciAddress.parse("0001:d6:00.0");
    assertFalse(one.equals(other));
    assertTrue(one.compareTo(other) < 0);
  }

  @Test
  void anyAddressIsReadBackFromAllItsSpellings() {
    long seed = 20_260_101L;
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      PciAddress address =
          new PciAddress(
              random.nextInt(Integer.MAX_VALUE) >> random.nextInt(31),
              random.nextInt(256),
              random.nextInt(32),
              random.nextInt(8));
      String nvml =
          String.format(
              "%08X:%02X:%02X.%X",
              address.domain(), address.bus(), address.device(), address.function());
      for (String spelling : List.of(address.toString(), address.nodeDeviceName(), nvml)) {
        assertEquals(address, PciAddress.parse(spelling), "seed " + seed + ", " + spelling);
      }
      assertFalse(address.toString().contains("/"), "seed " + seed);
    }
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new PciAddress(-1, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new PciAddress(0, 256, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new PciAddress(0, 0, 32, 0));
    assertThrows(IllegalArgumentException.class, () -> new PciAddress(0, 0, 0, 8));
  }

  @Test
  void busAndSlotAreNamedAsSysfsNamesThem() {
    PciAddress address = PciAddress.parse("0001:65:1f.3");
    assertEquals("0001:65", address.busName());
    assertEquals("0001:65:1f", address.slotName());
  }
}
