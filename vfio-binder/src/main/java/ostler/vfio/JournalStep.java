package ostler.vfio;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import ostler.pci.PciAddress;
import ostler.pci.ResetMethod;

/**
 * Something that is about to be done to a device.
 *
 * @param methodsBefore the device's reset methods, where the step changes them
 * @param commandBefore the device's command register, where the step changes it
 */
record JournalStep(
    Kind kind,
    PciAddress device,
    Optional<List<ResetMethod>> methodsBefore,
    OptionalInt commandBefore) {

  /** What is about to be done. */
  enum Kind {
    OVERRIDE,
    UNBIND,
    PROBE,
    POWER,
    RESET_METHOD,
    RESET,
    COMMAND,
    MEMORY
  }

  /** A change of the reset methods, which were these before. */
  static JournalStep choosing(PciAddress device, List<ResetMethod> before) {
    return new JournalStep(Kind.RESET_METHOD, device, Optional.of(before), OptionalInt.empty());
  }

  /** A change of the command register, which was this before. */
  static JournalStep commanding(PciAddress device, int before) {
    return new JournalStep(Kind.COMMAND, device, Optional.empty(), OptionalInt.of(before));
  }

  JournalStep(Kind kind, PciAddress device) {
    this(kind, device, Optional.empty(), OptionalInt.empty());
  }
}
