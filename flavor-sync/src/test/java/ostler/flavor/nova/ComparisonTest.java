package ostler.flavor.nova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.flavor.AliasName;
import ostler.flavor.NumaPolicy;
import ostler.flavor.nova.Difference.Code;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;

/** Two GPUs with their audio functions on one host, as CERN has them, and what may be wrong. */
final class ComparisonTest {

  private static final String GPU_SPEC =
      "device_spec = {\"vendor_id\":\"10de\",\"product_id\":\"1b06\"}\n";
  private static final String SOUND_SPEC =
      "device_spec = {\"vendor_id\":\"10de\",\"product_id\":\"10ef\"}\n";
  private static final String GPU_ALIAS =
      "alias = {\"name\":\"nvP1080ti_VGA\",\"vendor_id\":\"10de\",\"product_id\":\"1b06\"}\n";
  private static final String SOUND_ALIAS =
      "alias = {\"name\":\"nvP1080ti_SND\",\"vendor_id\":\"10de\",\"product_id\":\"10ef\"}\n";
  private static final String RIGHT = "[pci]\n" + GPU_SPEC + SOUND_SPEC + GPU_ALIAS + SOUND_ALIAS;
  private static final String PAIR = "nvP1080ti_VGA:1,nvP1080ti_SND:1";

  private final List<NovaDevice> devices = new ArrayList<>();
  private final List<NovaUnit> units = new ArrayList<>();
  private NumaPolicy numa = NumaPolicy.LEGACY;
  private long limit = 1;
  private String aliasName = "nvP1080ti_VGA";
  private String moreAliases = "";

  ComparisonTest() {
    for (int bus = 1; bus <= 2; bus++) {
      UnitId unit = new UnitId(new UUID(0, bus));
      NovaDevice gpu = device("0000:0" + bus + ":00.0", "10de:1b06", 0x030000, bus, unit);
      NovaDevice sound = device("0000:0" + bus + ":00.1", "10de:10ef", 0x040300, bus, unit);
      devices.addAll(List.of(gpu, sound));
      units.add(new NovaUnit(unit, UnitKind.WHOLE, List.of(gpu, sound), false));
    }
  }

  private static NovaDevice device(
      String address, String id, int pciClass, int group, UnitId unit) {
    return new NovaDevice(
        new HostName("gpu-1"),
        PciAddress.parse(address),
        new NovaDevice.Model(PciId.parse(id), new PciClass(pciClass), DeviceType.PCI),
        Optional.empty(),
        Optional.empty(),
        Optional.of(group),
        Optional.ofNullable(unit));
  }

  private Cloud cloud() {
    List<OstlerAlias> aliases = new ArrayList<>();
    aliases.add(new OstlerAlias(new AliasName(aliasName), numa, units, 0));
    if (!moreAliases.isEmpty()) {
      aliases.add(new OstlerAlias(new AliasName(moreAliases), NumaPolicy.LEGACY, units, 0));
    }
    return new Cloud(
        devices,
        units,
        aliases,
        new Limits(
            Map.of(
                "top",
                new Limits.Node(Optional.empty(), Map.of("total", 4L)),
                "hep",
                new Limits.Node(Optional.of("top"), Map.of("alias:" + aliasName, limit)))),
        Optional.empty());
  }

  private List<Code> codes(String config, String... requests) throws NovaRefusal {
    return differences(config, requests).stream().map(Difference::code).toList();
  }

  private List<Difference> differences(String config, String... requests) throws NovaRefusal {
    return Comparison.of(config(config), flavors(requests), cloud());
  }

  private static NovaConfig config(String text) throws NovaRefusal {
    return NovaConfig.parse(List.of(new ConfigText("nova.conf", text)));
  }

  private static List<NovaFlavor> flavors(String... requests) throws NovaRefusal {
    List<String> flavors = new ArrayList<>();
    for (String request : requests) {
      flavors.add(
          "{\"Name\":\"f"
              + flavors.size()
              + "\",\"Properties\":{\"pci_passthrough:alias\":\""
              + request
              + "\"}}");
    }
    return NovaFlavor.parse(new ConfigText("f.json", "[" + String.join(",", flavors) + "]"));
  }

  @Test
  void aGpuAndItsAudioByTwoAliasesAreOneUnitAndNothingDiffers() throws NovaRefusal {
    assertEquals(List.of(), differences(RIGHT, PAIR));
  }

  @Test
  void aUnitOfWhichNothingIsOfferedIsTold() throws NovaRefusal {
    List<Difference> found = differences("[pci]\n");
    assertEquals(List.of(Code.DEVICE_NOT_OFFERED, Code.ALIAS_ONLY_IN_OSTLER), codes("[pci]\n"));
    assertTrue(found.get(0).sentence().startsWith("10de:1b06 at 0000:01:00.0, 0000:02:00.0 is"));
  }

  @Test
  void aGpuThatIsOfferedWithoutItsAudioIsTold() throws NovaRefusal {
    assertEquals(List.of(Code.COMPANION_NOT_OFFERED), codes("[pci]\n" + GPU_SPEC + GPU_ALIAS));
  }

  @Test
  void aGroupThatHoldsAnotherCardIsNotViable() throws NovaRefusal {
    devices.add(device("0000:03:00.0", "8086:1572", 0x020000, 1, null));
    assertEquals(List.of(Code.GROUP_NOT_VIABLE), codes(RIGHT, PAIR));
  }

  @Test
  void bridgesDoNotMakeAGroupUnviable() throws NovaRefusal {
    devices.add(device("0000:00:01.0", "8086:1901", 0x060400, 1, null));
    assertEquals(List.of(), codes(RIGHT, PAIR));
  }

  @Test
  void anUnmanagedGpuThatNovaMayGiveIsTold() throws NovaRefusal {
    devices.add(device("0000:04:00.0", "10de:1b06", 0x030000, 9, null));
    assertEquals(List.of(Code.UNMANAGED_DEVICE_OFFERED), codes(RIGHT, PAIR));
  }

  @Test
  void anAliasOrASpecWithoutADeviceIsTold() throws NovaRefusal {
    String other = GPU_ALIAS.replace("1b06", "1db6").replace("nvP1080ti", "v100");
    assertEquals(List.of(Code.ALIAS_MATCHES_NOTHING), codes(RIGHT + other, PAIR));
    assertEquals(
        List.of(Code.SPEC_MATCHES_NOTHING), codes(RIGHT + GPU_SPEC.replace("1b06", "1db6"), PAIR));
  }

  @Test
  void anAliasOfOneSideAloneIsTold() throws NovaRefusal {
    aliasName = "gpu";
    assertEquals(List.of(Code.ALIAS_ONLY_IN_NOVA, Code.ALIAS_ONLY_IN_OSTLER), codes(RIGHT, PAIR));
  }

  @Test
  void anAliasForCompanionsIsNoneOfOstlers() throws NovaRefusal {
    moreAliases = "nvP1080ti_SND";
    assertEquals(List.of(Code.COMPANION_COUNTED_TWICE), codes(RIGHT, PAIR));
  }

  @Test
  void differentPoliciesAreTold() throws NovaRefusal {
    numa = NumaPolicy.REQUIRED;
    assertEquals(List.of(Code.NUMA_POLICY_DIFFERS), codes(RIGHT, PAIR));
  }

  @Test
  void anAliasThatMeansFewerUnitsInNovaIsTold() throws NovaRefusal {
    String one = RIGHT.replace("\"1b06\"}\ndevice", "\"1b06\",\"address\":\"*:01:*.*\"}\ndevice");
    List<Code> codes = codes(one, PAIR);
    assertTrue(codes.contains(Code.ALIAS_MEANS_OTHER_UNITS), codes.toString());
  }

  @Test
  void b13AFlavorByAnUnknownAliasIsTold() throws NovaRefusal {
    assertEquals(List.of(Code.FLAVOR_NAMES_NO_ALIAS), codes(RIGHT, "nope:1"));
  }

  @Test
  void aFlavorWithoutTheCompanionOrWithTooManyIsTold() throws NovaRefusal {
    limit = 2;
    for (String bad :
        List.of("nvP1080ti_VGA:1", "nvP1080ti_SND:1", "nvP1080ti_VGA:2,nvP1080ti_SND:1")) {
      assertEquals(List.of(Code.FLAVOR_WITHOUT_COMPANION), codes(RIGHT, bad), bad);
    }
  }

  @Test
  void aFlavorThatNoHostOrNoQuotaServesIsTold() throws NovaRefusal {
    assertEquals(List.of(Code.FLAVOR_OVER_QUOTA), codes(RIGHT, "nvP1080ti_VGA:2,nvP1080ti_SND:2"));
    limit = -1;
    assertEquals(List.of(), codes(RIGHT, "nvP1080ti_VGA:2,nvP1080ti_SND:2"));
    assertEquals(List.of(Code.FLAVOR_NEVER_FITS), codes(RIGHT, "nvP1080ti_VGA:3,nvP1080ti_SND:3"));
    assertEquals(
        List.of(Code.FLAVOR_NEVER_FITS, Code.FLAVOR_OVER_QUOTA),
        codes(RIGHT, "nvP1080ti_VGA:5,nvP1080ti_SND:5"));
  }

  @Test
  void whatIsWrittenDiffersInNothing() throws NovaRefusal {
    NovaText.Written written =
        NovaText.of(cloud(), Optional.empty(), config("[pci]\n"), flavors("nvP1080ti_VGA:1"));
    assertEquals(List.of(), codes(written.config(), PAIR));
    assertEquals(List.of(), written.unwritten());
    assertTrue(
        written
            .commands()
            .contains("\nopenstack flavor set --property pci_passthrough:alias=" + PAIR + " f0\n"),
        written.commands());
  }

  @Test
  void aStrangerOfTheSameModelMakesSpecsNameAddresses() throws NovaRefusal {
    devices.add(device("0000:04:00.0", "10de:1b06", 0x030000, 9, null));
    NovaText.Written written = NovaText.of(cloud(), Optional.empty(), config("[pci]\n"), List.of());
    assertTrue(written.config().contains("\"address\":\"0000:02:00.0\""), written.config());
    assertEquals(List.of(), codes(written.config(), PAIR));
  }

  @Test
  void h6LimitsCountEveryFunctionOfAUnit() throws NovaRefusal {
    limit = 3;
    NovaConfig placement = config("[filter_scheduler]\npci_in_placement = true\n");
    String commands = NovaText.of(cloud(), Optional.empty(), placement, List.of()).commands();
    for (String name : List.of("1B06", "10EF")) {
      assertTrue(
          commands.contains(
              "limit create --service nova --project hep --resource-limit 3 class:CUSTOM_PCI_10DE_"
                  + name),
          commands);
    }
  }
}
