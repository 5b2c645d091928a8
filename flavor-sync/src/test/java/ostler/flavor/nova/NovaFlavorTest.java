package ostler.flavor.nova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.flavor.NumaPolicy;

final class NovaFlavorTest {

  private static List<NovaFlavor> read(String json) throws NovaRefusal {
    return NovaFlavor.parse(new ConfigText("flavors.json", json));
  }

  private static NovaFlavor flavor(String specs) throws NovaRefusal {
    return read("[{\"ID\": \"1\", \"Name\": \"g1\", \"RAM\": 1, \"Properties\": {" + specs + "}}]")
        .get(0);
  }

  private static void refused(String expected, String json) {
    String message = assertThrows(NovaRefusal.class, () -> read(json)).getMessage();
    assertTrue(message.startsWith("flavors.json" + expected), message);
  }

  @Test
  void requestsArePairsWithCommasBetween() throws NovaRefusal {
    assertEquals(
        List.of(new AliasRequest("a1", 2), new AliasRequest("a2", 1)),
        flavor("\"pci_passthrough:alias\": \"a1:2, a2:1\"").requests());
    for (String bad : List.of("a1", "a1:", ":1", "a1:x", "a1:1:2", "a1:1,", "a,b:1", "")) {
      refused(
          " flavor g1: pci_passthrough:alias is ALIAS:COUNT",
          "[{\"Name\":\"g1\",\"Properties\":{\"pci_passthrough:alias\":\"" + bad + "\"}}]");
    }
  }

  @Test
  void b14AFlavorWithoutTheKeyAsksForNothing() throws NovaRefusal {
    assertTrue(flavor("\"hw:cpu_policy\": \"dedicated\"").requests().isEmpty());
  }

  @Test
  void b15AFlavorsOwnPolicyIsRead() throws NovaRefusal {
    NovaFlavor own = flavor("\"hw:pci_numa_affinity_policy\": \"preferred\"");
    assertEquals(Optional.of(NumaPolicy.PREFERRED), own.numa());
    refused(
        " flavor g1: hw:pci_numa_affinity_policy is required, legacy",
        "[{\"Name\":\"g1\",\"Properties\":{\"hw:pci_numa_affinity_policy\":\"near\"}}]");
  }

  @Test
  void novasOwnAnswerIsReadToo() throws NovaRefusal {
    NovaFlavor flavor =
        read("{\"flavors\": [{\"name\": \"v\", \"extra_specs\":"
                + " {\"resources:VGPU\": \"1\", \"resources1:VGPU\": \"2\"}}]}")
            .get(0);
    assertEquals(3L, flavor.resources().get(new ResourceClass("VGPU")));
  }

  @Test
  void whatIsNoListOfFlavorsIsRefused() {
    refused(": is no list of flavors", "{\"a\": 1}");
    refused(": is not JSON", "[");
    refused(": has a flavor without a name", "[{}]");
    refused(" flavor g1: Properties is missing", "[{\"Name\": \"g1\"}]");
    refused(
        ": has the flavor g1 twice",
        "[{\"Name\":\"g1\",\"Properties\":{}}," + "{\"Name\":\"g1\",\"Properties\":{}}]");
  }

  @Test
  void h2AResourceClassOfALimitIsSpeltAsPlacementDoes() {
    assertEquals("CUSTOM_GOLD", ResourceClass.parse("gold").name());
    assertEquals("CUSTOM_GOLD", ResourceClass.parse("CUSTOM_GOLD").name());
    assertEquals("PGPU", ResourceClass.parse("pgpu").name());
    assertThrows(IllegalArgumentException.class, () -> ResourceClass.parse("CUSTOM_A-B"));
  }
}
