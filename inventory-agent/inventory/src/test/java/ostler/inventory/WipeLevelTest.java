package ostler.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ostler.inventory.WipeStep.Kind;
import ostler.inventory.WipeStep.Result;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

final class WipeLevelTest {

  private static final PciAddress GPU = PciAddress.parse("0000:65:00.0");
  private static final PciAddress OTHER = PciAddress.parse("0000:66:00.0");
  private static final WipeCoverage WHOLE = new WipeCoverage(64, 64, 64);

  private static WipeStep step(Kind kind, PciAddress address, Result result) {
    return new WipeStep(kind, address, result, Instant.parse("2026-01-02T03:04:05Z"), 7, Map.of());
  }

  private static List<WipeStep> proof(PciAddress address) {
    return new ArrayList<>(
        List.of(
            step(Kind.QUIESCE, address, Result.OK),
            step(Kind.RESET, address, Result.OK),
            step(Kind.WITNESS, address, Result.OK),
            step(Kind.SCRUB, address, Result.OK),
            step(Kind.VERIFY, address, Result.OK),
            step(Kind.NEGATIVE_CONTROL, address, Result.OK)));
  }

  private static List<WipeStep> proofWithout(Kind kind) {
    List<WipeStep> steps = proof(GPU);
    steps.removeIf(step -> step.kind() == kind);
    return steps;
  }

  @Test
  void allMemoryOverwrittenAndReadBackWithBothControlsIsL3() {
    assertEquals(WipeLevel.L3, WipeLevel.reached(proof(GPU), WHOLE));
  }

  @Test
  void withoutAControlOrAReadBackAScrubIsOnlyL2() {
    for (Kind kind : List.of(Kind.WITNESS, Kind.VERIFY, Kind.NEGATIVE_CONTROL)) {
      assertEquals(WipeLevel.L2, WipeLevel.reached(proofWithout(kind), WHOLE), kind.toString());
    }
    assertEquals(WipeLevel.L2, WipeLevel.reached(proof(GPU), new WipeCoverage(64, 64, 63)));
  }

  @Test
  void aScrubOfLessThanAllMemoryIsOnlyTheReset() {
    assertEquals(WipeLevel.L1, WipeLevel.reached(proof(GPU), new WipeCoverage(64, 63, 63)));
    assertEquals(WipeLevel.L1, WipeLevel.reached(proof(GPU), new WipeCoverage(0, 0, 0)));
    assertEquals(WipeLevel.L1, WipeLevel.reached(proofWithout(Kind.SCRUB), WHOLE));
  }

  @Test
  void withoutAResetNothingIsKnown() {
    assertEquals(WipeLevel.L0, WipeLevel.reached(proofWithout(Kind.RESET), WHOLE));
    assertEquals(WipeLevel.L0, WipeLevel.reached(List.of(), WHOLE));
  }

  @Test
  void aSliceMadeAnewIsAsCleanAsItsVendorSays() {
    List<WipeStep> steps =
        new ArrayList<>(
            List.of(step(Kind.DESTROY, GPU, Result.OK), step(Kind.CREATE, GPU, Result.OK)));
    assertEquals(WipeLevel.VENDOR, WipeLevel.reached(steps, new WipeCoverage(0, 0, 0)));
    assertFalse(WipeLevel.VENDOR.satisfies(WipeLevel.L1));
    assertTrue(WipeLevel.L1.satisfies(WipeLevel.VENDOR));
    steps.remove(1);
    assertEquals(WipeLevel.L0, WipeLevel.reached(steps, new WipeCoverage(0, 0, 0)));
  }

  @Test
  void oneFailedStepOfAnyKindProvesNothing() {
    for (Kind kind : Kind.values()) {
      List<WipeStep> steps = proof(GPU);
      steps.add(step(kind, GPU, Result.FAILED));
      assertEquals(WipeLevel.L0, WipeLevel.reached(steps, WHOLE), kind.toString());
    }
  }

  @Test
  void everyScrubbedFunctionNeedsItsOwnProof() {
    List<WipeStep> steps = proof(GPU);
    steps.add(step(Kind.SCRUB, OTHER, Result.OK));
    assertEquals(WipeLevel.L2, WipeLevel.reached(steps, WHOLE));
    steps.addAll(proof(OTHER));
    assertEquals(WipeLevel.L3, WipeLevel.reached(steps, WHOLE));
  }

  @Test
  void aFunctionWithoutMemoryMaySkipItsScrub() {
    List<WipeStep> steps = proof(GPU);
    steps.add(step(Kind.SCRUB, OTHER, Result.SKIPPED));
    assertEquals(WipeLevel.L3, WipeLevel.reached(steps, WHOLE));
  }

  @Test
  void aVerificationBeforeTheLastScrubProvesNothingAboutIt() {
    List<WipeStep> steps = proof(GPU);
    steps.add(step(Kind.SCRUB, GPU, Result.OK));
    assertEquals(WipeLevel.L2, WipeLevel.reached(steps, WHOLE));
  }

  @Test
  void aHigherLevelSatisfiesWhoDemandsALowerOne() {
    assertTrue(WipeLevel.L3.satisfies(WipeLevel.L3));
    assertTrue(WipeLevel.L3.satisfies(WipeLevel.L1));
    assertFalse(WipeLevel.L2.satisfies(WipeLevel.L3));
  }

  @Test
  void evidenceIsWrittenAndReadBackWithItsDetails() throws WireException {
    WipeStep step =
        new WipeStep(
            Kind.NEGATIVE_CONTROL,
            GPU,
            Result.OK,
            Instant.parse("2026-01-02T03:04:05Z"),
            7,
            Map.of("bytes", 64L, "method", "flr", "seen", true));
    String text =
        Json.write(
            out ->
                out.list("steps", List.of(step), WipeJson::writeStep)
                    .object("coverage", in -> WipeJson.writeCoverage(WHOLE, in)));
    Json.read(
        text,
        JsonLimits.MESSAGE,
        in -> {
          assertEquals(List.of(step), in.list("steps", WipeJson::readStep));
          assertEquals(WHOLE, in.object("coverage", WipeJson::readCoverage));
          in.done();
          return in;
        });
    assertEquals(
        "steps[0].detail.seen: is not a text, a whole number, true or false",
        assertThrows(
                WireException.class,
                () ->
                    Json.read(
                        text.replace("\"seen\":true", "\"seen\":[]"),
                        JsonLimits.MESSAGE,
                        in -> in.list("steps", WipeJson::readStep)))
            .getMessage());
  }

  @Test
  void aCoverageCannotVerifyMoreThanItScrubbed() {
    assertThrows(IllegalArgumentException.class, () -> new WipeCoverage(64, 32, 33));
    assertThrows(IllegalArgumentException.class, () -> new WipeCoverage(64, 65, 0));
    assertThrows(IllegalArgumentException.class, () -> new WipeCoverage(64, 64, -1));
  }
}
