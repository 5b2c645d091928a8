package ostler.inventory;

/**
 * How fast a PCIe link runs, or could run.
 *
 * @param megatransfers transfers a second and lane, in millions: 2500 for the first generation,
 *     16000 for the fourth, 64000 for the sixth
 * @param lanes 1 to 32
 */
public record LinkRate(int megatransfers, int lanes) {

  /** The widest link that PCIe has. */
  public static final int MAX_LANES = 32;

  public LinkRate {
    if (megatransfers < 1 || lanes < 1 || lanes > MAX_LANES) {
      throw new IllegalArgumentException(
          "a link has a rate of 1 or more and 1 to 32 lanes, not "
              + megatransfers
              + " and "
              + lanes);
    }
  }
}
