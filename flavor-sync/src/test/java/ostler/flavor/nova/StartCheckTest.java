package ostler.flavor.nova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.flavor.nova.Difference.Code;
import ostler.inventory.HostName;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;

/**
 * What nova-compute would not start over, told beforehand. The rows are Nova's documented cases: A
 * on device_specs, D on parents and their functions, E on what Placement is told.
 */
class StartCheckTest {

  private static final String PARENT = "0000:81:00.0";
  private static final String PLACEMENT = "[pci]\nreport_in_placement = true\n";
  private static final String FUNCTIONS = "\"vendor_id\":\"8086\",\"product_id\":\"154d\"";
  private static final String BY_PARENT = "\"vendor_id\":\"8086\",\"product_id\":\"1528\"";

  private static final List<NovaDevice> DEVICES =
      List.of(
          device(PARENT, "8086:1528", DeviceType.PF),
          device("0000:81:10.0", "8086:154d", DeviceType.VF),
          device("0000:81:10.1", "8086:154d", DeviceType.VF));

  private static NovaDevice device(String address, String id, DeviceType type) {
    return new NovaDevice(
        new HostName("gpu-1"),
        PciAddress.parse(address),
        new NovaDevice.Model(PciId.parse(id), new PciClass(0x020000), type),
        type == DeviceType.VF ? Optional.of(PciAddress.parse(PARENT)) : Optional.empty(),
        Optional.of("MT2113X"),
        Optional.empty(),
        Optional.empty());
  }

  private static List<Difference> check(String config) throws NovaRefusal {
    Cloud cloud = new Cloud(DEVICES, List.of(), List.of(), new Limits(Map.of()), Optional.empty());
    return StartCheck.of(
        new Offer(NovaConfig.parse(List.of(new ConfigText("nova.conf", config))), cloud));
  }

  private static void expect(String row, String config, Code... codes) throws NovaRefusal {
    assertEquals(List.of(codes), check(config).stream().map(Difference::code).toList(), row);
  }

  private static String spec(String words) {
    return "device_spec = {" + words + "}\n";
  }

  @Test
  void eachOfNovasCasesIsToldOrIsNone() throws NovaRefusal {
    expect("A29: of a whole device", PLACEMENT + spec(BY_PARENT + ",\"one_time_use\":\"true\""));
    expect(
        "A30: one_time_use of functions",
        PLACEMENT + spec(FUNCTIONS + ",\"one_time_use\":\"true\""),
        Code.ONE_TIME_USE_ON_FUNCTION,
        Code.ONE_TIME_USE_ON_FUNCTION);
    expect(
        "A30: one_time_use of functions, and be it false",
        PLACEMENT + spec(FUNCTIONS + ",\"one_time_use\":\"false\""),
        Code.ONE_TIME_USE_ON_FUNCTION,
        Code.ONE_TIME_USE_ON_FUNCTION);
    expect(
        "A31: remote_managed of a parent",
        "[pci]\n" + spec(BY_PARENT + ",\"remote_managed\":\"true\""),
        Code.REMOTE_MANAGED_ON_PARENT);
    expect("A31: of its functions", "[pci]\n" + spec(FUNCTIONS + ",\"remote_managed\":\"true\""));
    expect(
        "D23: a parent with its functions",
        PLACEMENT + spec("\"vendor_id\":\"8086\""),
        Code.FUNCTION_OFFERED_WITH_ITS_PARENT);
    expect("D23: as long as Placement is not told", "[pci]\n" + spec("\"vendor_id\":\"8086\""));
    expect("E2: functions of one parent are one provider", PLACEMENT + spec(FUNCTIONS));
    expect(
        "E2: with two classes they cannot be",
        PLACEMENT
            + spec("\"address\":\"0000:81:10.0\",\"resource_class\":\"ONE\"")
            + spec("\"address\":\"0000:81:10.1\",\"resource_class\":\"OTHER\""),
        Code.MIXED_RESOURCE_CLASS);
    expect(
        "E2: with other traits neither",
        PLACEMENT
            + spec("\"address\":\"0000:81:10.0\",\"traits\":\"ONE\"")
            + spec("\"address\":\"0000:81:10.1\",\"traits\":\"OTHER\""),
        Code.MIXED_TRAITS);
  }

  @Test
  void d23TheSentenceNamesTheParentAndItsFunctions() throws NovaRefusal {
    String sentence = check(PLACEMENT + spec("\"vendor_id\":\"8086\"")).get(0).sentence();
    assertTrue(sentence.startsWith(PARENT + " "), sentence);
    assertTrue(sentence.contains("81:10.0"), sentence);
    assertTrue(sentence.contains("81:10.1"), sentence);
  }
}
