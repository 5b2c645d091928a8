package ostler.allocator.quota;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much of which keys is asked for.
 *
 * @param amounts 1 or more each, in order of key
 */
public record Demand(SortedMap<ResourceKey, Long> amounts) {

  public Demand {
    amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
    amounts.forEach(
        (key, amount) -> {
          if (amount < 1 || amount > Limit.MAX) {
            throw new IllegalArgumentException(
                "1 to " + Limit.MAX + " of " + key + " can be asked for, not " + amount);
          }
        });
  }

  public static Demand of(Map<ResourceKey, Long> amounts) {
    return new Demand(new TreeMap<>(amounts));
  }

  /** What both ask for at least. */
  Demand common(Demand other) {
    SortedMap<ResourceKey, Long> common = new TreeMap<>(amounts);
    common.keySet().retainAll(other.amounts.keySet());
    common.replaceAll((key, amount) -> Math.min(amount, other.amounts.get(key)));
    return new Demand(common);
  }

  /**
   * What limits are asked about: beside what is charged, whether the units could be cleaned when
   * they come back. A project that may dirty so many units at once gets no more of them than that.
   */
  public SortedMap<ResourceKey, Long> judged() {
    SortedMap<ResourceKey, Long> judged = new TreeMap<>(amounts);
    if (amounts.containsKey(ResourceKey.TOTAL)) {
      judged.putIfAbsent(ResourceKey.CLEANING, amounts.get(ResourceKey.TOTAL));
    }
    return judged;
  }
}
