package ostler.inventory;

import java.util.List;
import ostler.pci.PciAddress;

/**
 * A function that can split itself in hardware into virtual functions (SR-IOV).
 *
 * @param totalFunctions how many virtual functions it could have, 1 or more
 * @param functions those that exist now, in the device's own order: the first is {@code virtfn0}
 */
public record SriovParent(int totalFunctions, List<PciAddress> functions) {

  public SriovParent {
    functions = List.copyOf(functions);
    if (totalFunctions < 1) {
      throw new IllegalArgumentException(
          "a parent has 1 or more virtual functions in all, not " + totalFunctions);
    }
  }
}
