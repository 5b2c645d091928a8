package ostler.allocator.store;

import java.util.Comparator;
import ostler.allocator.quota.Quota;

/**
 * A limit's counter, in the order in which everybody locks them: the deepest node first, the root
 * last.
 *
 * @param depth of its node below the root, which has 0
 */
record Counter(int depth, Quota.Id id) implements Comparable<Counter> {

  private static final Comparator<Counter> ORDER =
      Comparator.comparing(Counter::depth, Comparator.reverseOrder()).thenComparing(Counter::id);

  @Override
  public int compareTo(Counter other) {
    return ORDER.compare(this, other);
  }
}
