package ostler.allocator.engine.placement;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import ostler.pci.PciAddress;

/**
 * Which of the ways that Nova has on a host are good. It takes exactly the devices of the one that
 * it chooses, so a way is good if all of these may be had, whatever else is on the host.
 *
 * <p>It is for one thread.
 */
final class NovaChoices {

  private final Terms terms;
  private final NovaReach reach;
  private final HostSearch search;

  NovaChoices(Terms terms, NovaReach reach) {
    this.terms = terms;
    this.reach = reach;
    this.search = new HostSearch(terms, false);
  }

  /** The places in the list of those that are good. */
  int[] good(Pools host, List<NovaChoice> choices) {
    return IntStream.range(0, choices.size())
        .filter(choice -> isGood(host, choices.get(choice)))
        .toArray();
  }

  private boolean isGood(Pools host, NovaChoice choice) {
    int[] free = new int[host.size()];
    for (int need = 0; need < terms.needs; need++) {
      List<PciAddress> cards = choice.cards().get(need);
      if (cards.size() != terms.count[need] || !mayTake(need, host, cards, free)) {
        return false;
      }
    }
    // Two needs may have counted the same units.
    Arrays.setAll(free, pool -> Math.min(free[pool], host.count[pool]));
    return search.fits(host, free);
  }

  private boolean mayTake(int need, Pools host, List<PciAddress> cards, int[] free) {
    Map<PciAddress, Integer> times = new HashMap<>();
    cards.forEach(card -> times.merge(card, 1, Integer::sum));
    return times.entrySet().stream()
        .allMatch(card -> reach.mayTake(need, host, card.getKey(), card.getValue(), free));
  }
}
