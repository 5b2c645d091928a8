package ostler.nvml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import ostler.inventory.Problem;
import ostler.pci.PciAddress;

final class NvmlTellingTest {

  private static final PciAddress ONE = PciAddress.parse("0000:41:00.0");
  private static final PciAddress OTHER = PciAddress.parse("0001:41:00.0");

  private final NvmlTelling telling = new NvmlTelling(List.of(ONE, OTHER));

  private Problem.Code problem(PciAddress device) {
    List<Problem> problems = telling.sights().of().get(device).problems();
    assertEquals(1, problems.size(), problems.toString());
    return problems.get(0).code();
  }

  private void tellOne() {
    telling.take("{\"begun\":\"nvml\"}");
    telling.take("{\"begun\":\"0000:41:00.0\"}");
    telling.take(
        "{\"gpu\":{\"address\":\"0000:41:00.0\",\"uuid\":\"GPU-1\",\"celsius\":41,\"problems\":[]}}");
  }

  @Test
  void whatWasToldBeforeAHangStays() {
    tellOne();
    telling.take("{\"begun\":\"0001:41:00.0\"}");
    telling.late(Duration.ofSeconds(10));
    assertTrue(telling.isOver());
    GpuSights sights = telling.sights();
    assertTrue(sights.broken());
    assertEquals("GPU-1", sights.of().get(ONE).uuid().orElseThrow().value());
    assertEquals(List.of(), sights.of().get(ONE).problems());
    assertEquals(Problem.Code.NVML_HANGS, problem(OTHER));
    String sentence = sights.of().get(OTHER).problems().get(0).sentence();
    assertTrue(sentence.contains("asking of 0001:41:00.0"), sentence);
  }

  @Test
  void aProcessThatEndsWhileItAsksHasCrashed() {
    tellOne();
    telling.ended(1);
    assertEquals(Problem.Code.NVML_CRASHED, problem(OTHER));
    assertTrue(telling.sights().broken());
  }

  @Test
  void aProcessThatEndsBeforeItAsksHasNot() {
    telling.ended(1);
    assertEquals(Problem.Code.NVML_FAILED, problem(ONE));
  }

  @Test
  void whatALibraryPrintsOfItsOwnIsPassedOver() {
    telling.take("#");
    telling.take("# A fatal error has been detected");
    telling.take("{\"strange\":1}");
    tellOne();
    assertFalse(telling.isOver());
    telling.take("{\"end\":true}");
    assertTrue(telling.isOver());
    assertFalse(telling.sights().broken());
    assertEquals(Problem.Code.NVML_FAILED, problem(OTHER));
  }

  @Test
  void aMissingLibraryIsToldOfEachDevice() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NvmlTelling.child(
        NvmlLibrary.at(Path.of("/nonexistent/libnvidia-ml.so.1")),
        List.of(ONE, OTHER),
        new PrintStream(out, true, StandardCharsets.UTF_8));
    out.toString(StandardCharsets.UTF_8).lines().forEach(telling::take);
    assertTrue(telling.isOver());
    assertFalse(telling.sights().broken(), "nothing hung");
    assertEquals(Problem.Code.NVML_MISSING, problem(ONE));
    assertEquals(Problem.Code.NVML_MISSING, problem(OTHER));
  }
}
