package ostler.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.agent.discovery.HealthReading;
import ostler.agent.journal.WipeEnd;
import ostler.inventory.Link;
import ostler.inventory.LinkRate;
import ostler.pci.PciAddress;
import ostler.sysfs.ErrorCounters;

final class HealthCheckTest {

  private static final PciAddress GPU = PciAddress.parse("0000:01:00.0");

  private static HealthReading reading(
      boolean responds, int lanes, int speed, ErrorCounters errors) {
    return new HealthReading(
        Optional.of(responds),
        Optional.of(new Link(Optional.of(new LinkRate(speed, lanes)), Optional.empty())),
        Optional.of(errors),
        List.of());
  }

  private static final HealthReading WELL = reading(true, 16, 16_000, new ErrorCounters(5, 0, 0));

  private static Optional<String> failure(HealthReading before, HealthReading after) {
    return HealthCheck.of(GPU, before, after).failure().map(WipeEnd.Failure::code);
  }

  @Test
  void aFunctionThatIsAsBeforeIsHealthy() {
    assertEquals(new HealthCheck(Optional.empty(), List.of()), HealthCheck.of(GPU, WELL, WELL));
  }

  @Test
  void aFunctionThatAnswersNothingButOnesIsDead() {
    assertEquals(
        Optional.of("DEVICE_DEAD"),
        failure(WELL, reading(false, 16, 16_000, new ErrorCounters(5, 0, 0))));
  }

  @Test
  void uncorrectableErrorsDuringTheWipeAreAFindingAndOthersAreNot() {
    assertEquals(
        Optional.of("DEVICE_ERRORS"),
        failure(WELL, reading(true, 16, 16_000, new ErrorCounters(5, 1, 0))));
    assertEquals(
        Optional.of("DEVICE_ERRORS"),
        failure(WELL, reading(true, 16, 16_000, new ErrorCounters(5, 0, 1))));
    assertEquals(
        Optional.empty(), failure(WELL, reading(true, 16, 16_000, new ErrorCounters(9, 0, 0))));
    HealthReading old = reading(true, 16, 16_000, new ErrorCounters(5, 3, 1));
    assertEquals(Optional.empty(), failure(old, old));
  }

  @Test
  void aLinkThatLostLanesIsAFindingAndASlowerOneIsNot() {
    assertEquals(
        Optional.of("LINK_DEGRADED"),
        failure(WELL, reading(true, 8, 16_000, new ErrorCounters(5, 0, 0))));
    assertEquals(
        Optional.empty(), failure(WELL, reading(true, 16, 2_500, new ErrorCounters(5, 0, 0))));
  }

  @Test
  void whatCannotBeComparedIsAGapAndNoFailure() {
    HealthReading blind =
        new HealthReading(Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    assertEquals(
        new HealthCheck(
            Optional.empty(),
            List.of(
                "whether 0000:01:00.0 answers could not be read",
                "the kernel counts no errors of 0000:01:00.0")),
        HealthCheck.of(GPU, blind, blind));
  }
}
