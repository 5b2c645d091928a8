package ostler.root;

import java.time.Duration;
import ostler.pci.PciAddress;

/**
 * The kernel did not come back in time. It unwinds the whole verb, past everything that would undo:
 * a device that hangs once must not be touched a second time.
 */
public final class Wedged extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public Wedged(KernelOperation operation, PciAddress device, Duration limit) {
    super(
        "The kernel did not come back within %d s from %s %s: the device is wedged. Close whatever"
                .formatted(Math.max(1, limit.toSeconds()), operation, device)
            + " has it open, or reboot this host; until then its group stays locked.");
  }
}
