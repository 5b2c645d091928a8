package ostler.flavor;

/**
 * How the units of one request must lie to each other on their host. One unit alone lies well.
 *
 * <p>A unit that is behind no switch, or in no island, shares none with another.
 */
public enum Topology {
  /** All behind one PCIe switch. */
  SAME_SWITCH,
  /** All in one island, where each reaches each without PCIe, as NVLink does. */
  SAME_ISLAND,
  /** No two behind one PCIe switch. */
  SPREAD
}
