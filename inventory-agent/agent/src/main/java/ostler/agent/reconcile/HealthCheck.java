package ostler.agent.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ostler.agent.discovery.HealthReading;
import ostler.agent.journal.WipeEnd;
import ostler.inventory.Link;
import ostler.inventory.LinkRate;
import ostler.pci.PciAddress;

/**
 * What two readings of one function, before a wipe and after it, say of its health.
 *
 * @param failure what keeps it from being called healthy
 * @param gaps what could not be compared
 */
record HealthCheck(Optional<WipeEnd.Failure> failure, List<String> gaps) {

  static HealthCheck of(PciAddress function, HealthReading before, HealthReading after) {
    List<String> gaps = new ArrayList<>();
    if (after.responds().isEmpty()) {
      gaps.add("whether " + function + " answers could not be read");
    }
    if (before.errors().isEmpty() || after.errors().isEmpty()) {
      gaps.add("the kernel counts no errors of " + function);
    }
    Optional<WipeEnd.Failure> failure =
        after.responds().equals(Optional.of(false))
            ? failed("DEVICE_DEAD", function + " answers nothing but ones after the wipe.")
            : errors(function, before, after).or(() -> link(function, before, after));
    return new HealthCheck(failure, gaps);
  }

  /** Correctable errors happen and are only recorded; others during a wipe are a finding. */
  private static Optional<WipeEnd.Failure> errors(
      PciAddress function, HealthReading before, HealthReading after) {
    long uncorrected = count(after) - count(before);
    return before.errors().isPresent() && after.errors().isPresent() && uncorrected > 0
        ? failed(
            "DEVICE_ERRORS",
            function + " reported " + uncorrected + " uncorrectable errors during the wipe.")
        : Optional.empty();
  }

  private static long count(HealthReading reading) {
    return reading.errors().map(errors -> errors.nonfatal() + errors.fatal()).orElse(0L);
  }

  /** A link that lost lanes is a finding; its speed also falls to save power, and is recorded. */
  private static Optional<WipeEnd.Failure> link(
      PciAddress function, HealthReading before, HealthReading after) {
    Optional<LinkRate> was = before.link().flatMap(Link::current);
    Optional<LinkRate> is = after.link().flatMap(Link::current);
    return was.isPresent() && is.map(LinkRate::lanes).orElse(0) < was.get().lanes()
        ? failed(
            "LINK_DEGRADED",
            function
                + " had a link of "
                + was.get()
                + " before the wipe and has "
                + is.map(LinkRate::toString).orElse("none")
                + " after it.")
        : Optional.empty();
  }

  private static Optional<WipeEnd.Failure> failed(String code, String message) {
    return Optional.of(new WipeEnd.Failure(code, message));
  }
}
