package ostler.inventory;

/**
 * Where on a card a slice of one type may lie, in the card's own slices of memory (MIG).
 *
 * @param start the first, 0 or more
 * @param size how many, 1 or more
 */
public record SlicePlacement(int start, int size) {

  public SlicePlacement {
    if (start < 0 || size < 1) {
      throw new IllegalArgumentException(
          "a placement starts at 0 or more and has 1 or more slices, not " + start + ":" + size);
    }
  }

  /** Whether both cannot be taken at once. */
  public boolean overlaps(SlicePlacement other) {
    return start < other.start + other.size && other.start < start + size;
  }
}
