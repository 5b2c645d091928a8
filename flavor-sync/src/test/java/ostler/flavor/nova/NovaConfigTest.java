package ostler.flavor.nova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.flavor.NumaPolicy;
import ostler.inventory.HostName;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;

/** Nova's documented cases, each test named after its rows: A of device_spec, B of aliases. */
final class NovaConfigTest {

  private static final String BOTH_IDS = "\"vendor_id\":\"8086\",\"product_id\":\"5057\"";
  private static final NovaDevice DEVICE = device("0000:0a:00.5", null, null);

  private static NovaDevice device(String address, String parent, String serial) {
    return new NovaDevice(
        new HostName("cn1"),
        PciAddress.parse(address),
        new NovaDevice.Model(
            PciId.parse("8086:5057"),
            new PciClass(0x020000),
            parent == null ? DeviceType.PCI : DeviceType.VF),
        Optional.ofNullable(parent).map(PciAddress::parse),
        Optional.ofNullable(serial),
        Optional.empty(),
        Optional.empty());
  }

  private static NovaConfig read(String... lines) throws NovaRefusal {
    return NovaConfig.parse(List.of(new ConfigText("nova.conf", String.join("\n", lines))));
  }

  private static boolean matches(String spec, NovaDevice device) throws NovaRefusal {
    return read("[pci]", "device_spec = " + spec).deviceSpecs().stream()
        .anyMatch(one -> one.matches(device));
  }

  private static String refusal(String... lines) {
    return assertThrows(NovaRefusal.class, () -> read(lines)).getMessage();
  }

  private static void refused(String field, String spec) {
    String message = refusal("[pci]", "device_spec = " + spec);
    assertTrue(message.startsWith("nova.conf line 2, [pci] device_spec: " + field), message);
  }

  private static void matches(boolean expected, String... addresses) throws NovaRefusal {
    for (String address : addresses) {
      assertEquals(expected, matches("{\"address\": " + address + "}", DEVICE), address);
    }
  }

  @Test
  void a1ToA6AddressesMatchWithPartsLeftOpen() throws NovaRefusal {
    matches(true, "\"0000:0a:00.5\"");
    matches(false, "\"0001:0a:00.5\"", "\"0000:0b:00.5\"", "\"0000:0a:01.5\"", "\"0000:0a:00.6\"");
    matches(true, "\"*:0a:00.5\"", "\"0000:*:00.5\"", "\"0000:0a:*.5\"", "\"0000:0a:00.*\"");
    matches(false, "\"*:0a:01.5\"", "\"*: *: *.6\"");
    matches(true, "\"*: *: *.5\"", "\"\"", "\":00.\"");
  }

  @Test
  void a7ToA9AddressesOfAnotherFormAreRefused() {
    refused("address", "{\"address\": \"0000:0a:0b:00.5\"}");
    refused("address function", "{\"address\": \"0000:0a:00.8\"}");
    refused("address slot", "{\"address\": \"0000:0a:20.5\"}");
    refused("address bus", "{\"address\": \"0000:100:00.5\"}");
    refused("address domain", "{\"address\": \"10000:0a:00.5\"}");
    refused("address slot", "{\"address\": \"0:0:zz.1\"}");
  }

  @Test
  void a33APointBeforeTheLastColonIsRefused() {
    refused("address", "{\"address\": \"0000:04.12:6\"}");
  }

  /** Nova refuses it as a whole address, and so takes it for one with parts left open. */
  @Test
  void a12AMissingPartOfAnAddressIsAny() throws NovaRefusal {
    matches(true, "\"0a:00.5\"");
    matches(false, "\"0b:00.5\"");
  }

  @Test
  void a11AndA19IdsAloneMatch() throws NovaRefusal {
    assertTrue(matches("{" + BOTH_IDS + "}", DEVICE));
    assertFalse(matches("{\"vendor_id\": \"8087\"}", DEVICE));
  }

  @Test
  void a13ToA17RegularExpressionsMatchTheBeginningOfEachPart() throws NovaRefusal {
    matches(true, "{\"slot\": \"00\", \"function\": \"[5-6]\"}", "{\"bus\": \"0\"}");
    matches(false, "{\"bus\": \".*\", \"slot\": \"00\", \"function\": \"[6-7]\"}");
    refused("address", "{\"address\": [\"0000:0a:00.5\"]}");
    refused("address bus", "{\"address\": {\"bus\": \"[\"}}");
  }

  @Test
  void a18IdsOfMoreThanFourDigitsAreRefused() {
    refused("vendor_id", "{\"vendor_id\": \"80860\"}");
    refused("product_id", "{\"product_id\": \"50570\"}");
    refused("product_id", "{\"product_id\": 5057}");
  }

  @Test
  void a20AndA21AnInterfaceExcludesAnAddressAndABlankOneIsNone() throws NovaRefusal {
    refused("devname", "{\"devname\": \"eth0\", \"address\": \"*:0a:00.*\"}");
    assertTrue(matches("{\"devname\": \"\"}", DEVICE));
    assertFalse(matches("{\"devname\": \"eth0\"}", DEVICE));
  }

  @Test
  void a23AParentsAddressMeansItsVirtualFunctions() throws NovaRefusal {
    String spec = "{\"address\": \"0000:0a:00.0\"}";
    assertTrue(matches(spec, device("0000:0a:01.5", "0000:0a:00.0", null)));
    assertFalse(matches(spec, device("0000:0a:01.5", "0000:0b:00.0", null)));
    assertFalse(
        matches("{\"address\": \"0000:0a:00.*\"}", device("0000:0a:01.5", "0000:0a:00.0", null)));
  }

  @Test
  void a25AndA26WhatIsNoListOfObjectsIsRefusedAndNothingOffersNothing() throws NovaRefusal {
    refused("", "{");
    refused("", "[{}, 7]");
    refused("", "\"x");
    assertFalse(matches("[]", DEVICE));
    assertTrue(read("[pci]").deviceSpecs().isEmpty());
  }

  @Test
  void a28ManagedIsStrictAndAbsentUnlessSaid() throws NovaRefusal {
    refused("managed", "{\"managed\": \"invalid\"}");
    for (String yes : List.of("\"yes\"", "\"true\"", "1", "true", "\" On \"")) {
      DeviceSpec spec = read("[pci]", "device_spec={\"managed\":" + yes + "}").deviceSpecs().get(0);
      assertEquals(Optional.of(true), spec.tags().managed());
    }
    assertTrue(read("[pci]", "device_spec={}").deviceSpecs().get(0).tags().managed().isEmpty());
  }

  @Test
  void a29OneTimeUseNeedsPlacement() throws NovaRefusal {
    String once = "device_spec = {\"one_time_use\": \"TrUe\"}";
    refused("one_time_use", "{\"one_time_use\": \"TrUe\"}");
    NovaConfig config = read("[pci]", once, "report_in_placement = yes");
    assertEquals(Optional.of(true), config.deviceSpecs().get(0).tags().oneTimeUse());
    assertTrue(
        refusal("[pci]", "report_in_placement = on", "device_spec = {\"devname\": \"eth0\"}")
            .contains("devname"));
  }

  @Test
  void a31WhatIsRemoteManagedNeedsASerial() throws NovaRefusal {
    String spec = "{\"remote_managed\": \"true\"}";
    assertFalse(matches(spec, device("0000:0a:01.5", "0000:0a:00.0", null)));
    assertTrue(matches(spec, device("0000:0a:01.5", "0000:0a:00.0", "MT2113X")));
  }

  private static String aliasRefusal(boolean inPlacement, String... aliases) {
    return refusal(aliasLines(inPlacement, aliases));
  }

  private static String[] aliasLines(boolean inPlacement, String... aliases) {
    StringBuilder lines = new StringBuilder("[filter_scheduler]\npci_in_placement = ");
    lines.append(inPlacement).append("\n[pci]");
    for (String alias : aliases) {
      lines.append("\nalias = ").append(alias);
    }
    return lines.toString().split("\n");
  }

  @Test
  void b1ToB6WhatAnAliasDoesNotHaveIsRefusedByItsField() {
    String[][] bad = {
      {"\"other\": 1", "other"},
      {"\"device_type\": \"N\"", "device_type"},
      {"\"device_type\": \"vdpa\"", "device_type"},
      {"\"numa_policy\": \"derp\"", "numa_policy"},
      {"\"live_migratable\": \"invalid\"", "live_migratable"},
      {"\"live_migratable\": true", "live_migratable"},
    };
    for (String[] one : bad) {
      String message = aliasRefusal(false, "{\"name\":\"a\"," + BOTH_IDS + "," + one[0] + "}");
      assertTrue(message.startsWith("nova.conf line 4, [pci] alias: " + one[1] + ' '), message);
    }
    assertTrue(
        aliasRefusal(false, "{\"name\":\"a\",\"vendor_id\":\"8086\",\"product_id\":\"g111\"}")
            .contains("product_id is four hexadecimal digits"));
    assertTrue(
        aliasRefusal(false, "{\"name\":\"a\",\"vendor_id\":\"0xg111\",\"product_id\":\"0000\"}")
            .contains("vendor_id"));
  }

  @Test
  void b8AResourceClassStandsForIdsOnlyWherePlacementChooses() throws NovaRefusal {
    String alias = "{\"name\":\"a\",\"resource_class\":\"gold card\"}";
    assertTrue(aliasRefusal(false, alias).contains("names no vendor_id and product_id"));
    assertTrue(aliasRefusal(true, "{\"name\":\"a\"}").contains("resource_class"));
    NovaAlias gold = read(aliasLines(true, alias)).aliases().get("a");
    assertEquals("CUSTOM_GOLD_CARD", gold.wants().get(0).resourceClass().orElseThrow().name());
  }

  @Test
  void b10AndB11OneNameOnSeveralLinesIsAnAlternativeButNotInPlacement() throws NovaRefusal {
    String first = "{\"name\":\"a\"," + BOTH_IDS + ",\"device_type\":\"type-PCI\"}";
    String second = first.replace("5057", "1b06");
    NovaAlias both = read(aliasLines(false, first, second)).aliases().get("a");
    assertEquals(2, both.wants().size());
    assertTrue(
        aliasRefusal(true, first, second).contains("line 5, [pci] alias: says alias a again"));
    assertTrue(
        aliasRefusal(false, first, second.replace("type-PCI", "type-PF")).contains("device_type"));
    assertTrue(
        aliasRefusal(false, first, second.replace("}", ",\"numa_policy\":\"required\"}"))
            .contains("numa_policy of alias a is required here and legacy before"));
  }

  @Test
  void linesContinueAndOldNamesAndSectionsAreRead() throws NovaRefusal {
    NovaConfig config =
        read(
            "# a comment",
            "[DEFAULT]",
            "pci_alias = {\"name\":\" old \"," + BOTH_IDS + "}",
            "[PCI]",
            "passthrough_whitelist: [{\"address\": \"*:0a:00.*\"},",
            "    {\"vendor_id\": \"8086\"}]",
            "alias = '{\"name\":\"new\"," + BOTH_IDS + ",\"numa_policy\":\"socket\"}'");
    assertEquals(2, config.deviceSpecs().size());
    assertEquals(List.of("new", "old"), List.copyOf(config.aliases().keySet()));
    assertEquals(NumaPolicy.SOCKET, config.aliases().get("new").numa());
    assertEquals(NumaPolicy.LEGACY, config.aliases().get("old").numa());
  }

  @Test
  void aReferenceToAnotherOptionIsRefusedAndADollarMayBeWritten() throws NovaRefusal {
    String spec = "{\"address\": {\"function\": \"5%s\"}}";
    assertTrue(matches(String.format(spec, "$$"), DEVICE));
    assertTrue(matches(String.format(spec, "$"), DEVICE));
    refused("refers to the option $bus", String.format(spec, "$bus"));
  }

  @Test
  void aFileThatOsloRefusesIsRefusedByItsLine() {
    assertTrue(refusal("[pci]", "alias").startsWith("nova.conf line 2: has neither"));
    assertTrue(refusal("[pci", "").startsWith("nova.conf line 1: is not the name of a section"));
    assertTrue(refusal("  x = 1").startsWith("nova.conf line 1: continues"));
    assertTrue(refusal("x = 1").startsWith("nova.conf line 1: stands before"));
    assertTrue(refusal("[pci]", "report_in_placement = maybe").contains("neither true nor false"));
  }
}
