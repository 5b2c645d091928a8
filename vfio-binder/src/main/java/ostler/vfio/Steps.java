package ostler.vfio;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ostler.inventory.WipeStep;
import ostler.pci.PciAddress;

/** The evidence of a wipe as it comes about, each step with its time. */
final class Steps {

  private final Clock clock;
  private final List<WipeStep> done = new ArrayList<>();
  private Instant began;

  Steps(Clock clock) {
    this.clock = clock;
    this.began = clock.instant();
  }

  /** Says that the next step begins now. */
  void begin() {
    began = clock.instant();
  }

  /** A step that went well. */
  void ok(WipeStep.Kind kind, PciAddress device, Map<String, Object> detail) {
    end(kind, device, WipeStep.Result.OK, detail);
  }

  /** A step that this device does not have. */
  void skipped(WipeStep.Kind kind, PciAddress device, Map<String, Object> detail) {
    end(kind, device, WipeStep.Result.SKIPPED, detail);
  }

  List<WipeStep> done() {
    return List.copyOf(done);
  }

  private void end(
      WipeStep.Kind kind, PciAddress device, WipeStep.Result result, Map<String, Object> detail) {
    long millis = Math.max(0, Duration.between(began, clock.instant()).toMillis());
    done.add(new WipeStep(kind, device, result, began, millis, detail));
  }
}
