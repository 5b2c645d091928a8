package ostler.inventory;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import ostler.pci.DriverName;

/**
 * What can be learned of a function only by reads that may hang: the kernel answers them under the
 * device's lock, from the device itself, or by asking the vendor's driver. A child process with a
 * deadline reads them; each that failed has a problem that names it. What would have been read
 * after one that timed out is absent too. Without such a problem, an absent value is one that the
 * function does not have.
 *
 * @param driverOverride the only driver that may bind; absent where none is set
 * @param enabledFunctions how many virtual functions are enabled, on an SR-IOV parent
 * @param responds whether the function's configuration space answers; false for one that has fallen
 *     off the bus
 * @param link the PCIe link; absent where the function is not PCIe, and on a virtual function,
 *     which has its parent's
 * @param serial the PCI serial number capability, which newer kernels show to root
 * @param mdevTypes the types with the driver's own words and counts
 */
public record LockedAttributes(
    Optional<DriverName> driverOverride,
    OptionalInt enabledFunctions,
    Optional<Boolean> responds,
    Optional<Link> link,
    Optional<SerialNumber> serial,
    List<MdevType> mdevTypes,
    List<Problem> problems) {

  public LockedAttributes {
    Objects.requireNonNull(driverOverride);
    Objects.requireNonNull(enabledFunctions);
    Objects.requireNonNull(responds);
    Objects.requireNonNull(link);
    Objects.requireNonNull(serial);
    mdevTypes = List.copyOf(mdevTypes);
    problems = List.copyOf(problems);
  }

  /** The outcome of a probe that told nothing but what went wrong. */
  public static LockedAttributes failed(Problem problem) {
    return new LockedAttributes(
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(problem));
  }
}
