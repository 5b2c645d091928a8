package ostler.inventory;

import java.util.Comparator;

/**
 * A mark on an order to a host, and on the physical thing it touches: the host refuses an order
 * whose fence is lower than one it has seen for that thing, so a late or repeated order cannot undo
 * a newer one.
 *
 * @param epoch 0 or more; raised when the allocator's database is restored, so that it wins over
 *     every number given out after the backup was taken
 * @param number 0 or more; from one counter per host
 */
public record Fence(long epoch, long number) implements Comparable<Fence> {

  private static final Comparator<Fence> ORDER =
      Comparator.comparingLong(Fence::epoch).thenComparingLong(Fence::number);

  public Fence {
    if (epoch < 0 || number < 0) {
      throw new IllegalArgumentException(
          "a fence's epoch and number are 0 or more, not " + epoch + " and " + number);
    }
  }

  /** Whether an order with this fence must be refused by a host that has seen the other. */
  public boolean isOlderThan(Fence other) {
    return compareTo(other) < 0;
  }

  @Override
  public int compareTo(Fence other) {
    return ORDER.compare(this, other);
  }

  /** Epoch and number with a dot between, for people: {@code 1.42}. */
  @Override
  public String toString() {
    return epoch + "." + number;
  }
}
