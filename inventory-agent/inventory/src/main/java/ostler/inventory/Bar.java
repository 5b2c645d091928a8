package ostler.inventory;

/**
 * A base address register: a window of a function into the machine's address space.
 *
 * @param index 0 to 5
 * @param bytes size of the window, 1 or more
 * @param space whether loads and stores reach it, or I/O ports
 * @param prefetchable whether reading has no side effects; a GPU's window to its memory is so
 */
public record Bar(int index, long bytes, Space space, boolean prefetchable) {

  /** The number of BARs that a function of header type 0 has. */
  public static final int COUNT = 6;

  /** What a BAR's addresses are in. */
  public enum Space {
    MEMORY,
    IO
  }

  public Bar {
    if (index < 0 || index >= COUNT || bytes < 1) {
      throw new IllegalArgumentException(
          "a BAR has an index of 0 to 5 and a size of 1 or more, not " + index + " and " + bytes);
    }
  }
}
