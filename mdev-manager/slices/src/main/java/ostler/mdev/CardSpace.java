package ostler.mdev;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import ostler.inventory.SlicePlacement;

/** Where on a card a slice lies best. */
final class CardSpace {

  private CardSpace() {}

  /**
   * The free placement that spoils the least: the one behind which the placements that are still
   * free, of every type of slice, have the most room together. Of equal ones the first.
   *
   * @param wished where a slice of this type may lie
   * @param taken where others lie
   * @param every where slices of any type may lie
   */
  static Optional<SlicePlacement> choose(
      Collection<SlicePlacement> wished,
      Collection<SlicePlacement> taken,
      List<SlicePlacement> every) {
    List<SlicePlacement> free = every.stream().filter(freeOf(taken)).toList();
    Comparator<SlicePlacement> byRoom = Comparator.comparingInt(chosen -> roomBeside(chosen, free));
    return wished.stream()
        .filter(freeOf(taken))
        .max(byRoom.thenComparing(Comparator.comparingInt(SlicePlacement::start).reversed()));
  }

  private static Predicate<SlicePlacement> freeOf(Collection<SlicePlacement> taken) {
    return one -> taken.stream().noneMatch(one::overlaps);
  }

  private static int roomBeside(SlicePlacement chosen, List<SlicePlacement> free) {
    return free.stream().filter(one -> !one.overlaps(chosen)).mapToInt(SlicePlacement::size).sum();
  }
}
