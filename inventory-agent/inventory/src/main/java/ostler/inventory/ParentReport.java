package ostler.inventory;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.pci.PciAddress;

/**
 * What a host says of a unit that is, or could be, cut into slices.
 *
 * @param unit the whole unit
 * @param totalFunctions how many virtual functions it could have, 0 without SR-IOV
 * @param functions those that there are, in the device's own order
 * @param offers what more could be made on it; empty while it rests on vfio
 * @param foreign what is on it and was ordered by nobody
 * @param problem why the rest could not be found out
 */
public record ParentReport(
    UnitId unit,
    int totalFunctions,
    List<PciAddress> functions,
    List<SliceOffer> offers,
    List<ForeignSlice> foreign,
    Optional<UnitProblem> problem) {

  public ParentReport {
    Objects.requireNonNull(unit);
    functions = List.copyOf(functions);
    offers = List.copyOf(offers);
    foreign = List.copyOf(foreign);
    Objects.requireNonNull(problem);
    if (totalFunctions < 0) {
      throw new IllegalArgumentException(
          "a parent has 0 or more virtual functions in all, not " + totalFunctions);
    }
  }
}
