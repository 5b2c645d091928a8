package ostler.flavor.nova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.inventory.HostName;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.WireException;

/**
 * Holds every reading to the verdicts of Nova 26.2.2's own code over the same made-up texts, which
 * {@code nova_verdicts.py} wrote from seed 20261120.
 */
final class NovaVerdictsTest {

  private static final String VERDICTS = "nova-26.2.2.jsonl";

  /** The same, in the same order, as in {@code nova_verdicts.py}. */
  private static final List<NovaDevice> DEVICES =
      List.of(
          device("0000:0a:00.0", "8086:5057", null),
          device("0000:0a:00.5", "8086:5057", null),
          device("0000:0a:01.5", "8086:1572", "0000:0a:00.0"),
          device("0000:0a:02.0", "8086:1572", "0000:0a:00.0"),
          device("0000:81:00.0", "10de:1b06", null),
          device("0000:81:00.1", "10de:10ef", null),
          device("0001:81:10.0", "15b3:1013", null),
          device("0001:81:10.7", "15b3:1014", "0001:81:10.0"),
          device("ffff:ff:1f.7", "ffff:0001", null));

  private static NovaDevice device(String address, String id, String parent) {
    return new NovaDevice(
        new HostName("cn1"),
        PciAddress.parse(address),
        new NovaDevice.Model(PciId.parse(id), new PciClass(0x030000), DeviceType.PCI),
        Optional.ofNullable(parent).map(PciAddress::parse),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static List<Map<String, Object>> verdicts(String kind) throws IOException, WireException {
    List<Map<String, Object>> verdicts = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                NovaVerdictsTest.class.getResourceAsStream(VERDICTS), StandardCharsets.UTF_8))) {
      for (String line : lines.lines().toList()) {
        Map<String, Object> verdict = Json.read(line, JsonLimits.MESSAGE, JsonObject::tree);
        if (verdict.get("kind").equals(kind)) {
          verdicts.add(verdict);
        }
      }
    }
    assertTrue(verdicts.size() >= 100, "there are verdicts on " + kind);
    return verdicts;
  }

  private static NovaConfig parse(String option, List<?> texts) throws NovaRefusal {
    StringBuilder file = new StringBuilder("[pci]\n");
    texts.forEach(text -> file.append(option).append(" = ").append(text).append('\n'));
    return NovaConfig.parse(List.of(new ConfigText("nova.conf", file.toString())));
  }

  @Test
  void everyDeviceSpecIsRefusedOrMeansTheSameDevicesAsInNova() throws IOException, WireException {
    for (Map<String, Object> verdict : verdicts("device_spec")) {
      Object seen;
      try {
        NovaConfig config = parse("device_spec", List.of(verdict.get("text")));
        seen =
            DEVICES.stream()
                .map(device -> config.deviceSpecs().stream().anyMatch(spec -> spec.matches(device)))
                .toList();
      } catch (NovaRefusal e) {
        seen = null;
      }
      assertEquals(verdict.get("verdict"), seen, verdict.get("text").toString());
    }
  }

  @Test
  void everyAliasIsRefusedOrReadAsInNova() throws IOException, WireException {
    for (Map<String, Object> verdict : verdicts("alias")) {
      Object seen;
      try {
        Map<String, Object> read = new LinkedHashMap<>();
        parse("alias", (List<?>) verdict.get("texts"))
            .aliases()
            .forEach(
                (name, alias) ->
                    read.put(
                        name, List.of(NovaAlias.spelt(alias.numa()), (long) alias.wants().size())));
        seen = read;
      } catch (NovaRefusal e) {
        seen = null;
      }
      assertEquals(verdict.get("verdict"), seen, verdict.get("texts").toString());
    }
  }

  @Test
  void everyRequestOfAFlavorIsRefusedOrReadAsInNova() throws IOException, WireException {
    for (Map<String, Object> verdict : verdicts("alias")) {
      if (!(verdict.get("verdict") instanceof Map<?, ?> known)) {
        continue;
      }
      Object seen;
      try {
        List<AliasRequest> requests =
            AliasRequest.parse(
                new Place("flavors.json", "flavor f"), verdict.get("flavor").toString());
        seen =
            requests.stream().allMatch(r -> known.containsKey(r.alias()))
                ? requests.stream().map(r -> List.of(r.alias(), (long) r.count())).toList()
                : null;
      } catch (NovaRefusal e) {
        seen = null;
      }
      assertEquals(verdict.get("requests"), seen, verdict.get("flavor").toString());
    }
  }

  @Test
  void everyResourceClassAndTraitIsSpeltAsInNova() throws IOException, WireException {
    StandardTraits standard = StandardTraits.known();
    for (Map<String, Object> verdict : verdicts("names")) {
      String text = verdict.get("text").toString();
      String resourceClass = verdict.get("resource_class").toString();
      // Nova leaves what begins with CUSTOM_ as it is, and Placement then refuses it.
      assertEquals(placementTakes(resourceClass) ? resourceClass : null, spelt(text), text);
      List<?> traits = (List<?>) verdict.get("traits");
      if (traits.stream().allMatch(trait -> placementTakes(trait.toString()))) {
        assertEquals(traits, standard.parse(text).stream().map(Object::toString).toList(), text);
      }
    }
  }

  private static boolean placementTakes(String name) {
    return name.matches("[A-Z0-9_]{1,255}");
  }

  private static String spelt(String text) {
    try {
      return ResourceClass.parse(text).name();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Test
  void theVerdictsHoldBothYesAndNo() throws IOException, WireException {
    List<Map<String, Object>> specs = verdicts("device_spec");
    assertTrue(specs.stream().filter(v -> v.get("verdict") == null).count() > 100);
    assertTrue(
        specs.stream()
                .filter(v -> v.get("verdict") instanceof List<?> devices && devices.contains(true))
                .count()
            > 100);
  }
}
