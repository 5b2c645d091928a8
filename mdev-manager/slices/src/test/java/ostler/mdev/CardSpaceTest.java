package ostler.mdev;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.inventory.SlicePlacement;

/** On a card of eight slices of memory, such as an A100. */
final class CardSpaceTest {

  private static final List<SlicePlacement> SMALL = placements(1, 0, 1, 2, 3, 4, 5, 6);
  private static final List<SlicePlacement> HALVES = placements(4, 0, 4);
  private static final List<SlicePlacement> WHOLE = placements(8, 0);

  private static List<SlicePlacement> placements(int size, int... starts) {
    List<SlicePlacement> placements = new ArrayList<>();
    for (int start : starts) {
      placements.add(new SlicePlacement(start, size));
    }
    return placements;
  }

  private static Optional<SlicePlacement> choose(
      List<SlicePlacement> wished, List<SlicePlacement> taken) {
    List<SlicePlacement> every = new ArrayList<>(SMALL);
    every.addAll(HALVES);
    every.addAll(WHOLE);
    return CardSpace.choose(wished, taken, every);
  }

  @Test
  void smallSlicesCrowdTogetherAndLeaveTheOtherHalfWhole() {
    List<SlicePlacement> taken = new ArrayList<>(placements(1, 6));
    for (int more = 0; more < 2; more++) {
      SlicePlacement chosen = choose(SMALL, taken).orElseThrow();
      assertEquals(false, chosen.overlaps(HALVES.get(0)), chosen + " beside " + taken);
      taken.add(chosen);
    }
    assertEquals(Optional.of(HALVES.get(0)), choose(HALVES, taken));
  }

  @Test
  void aHalfLiesWhereFewerSmallOnesWouldFit() {
    assertEquals(Optional.of(HALVES.get(1)), choose(HALVES, List.of()));
  }

  @Test
  void ofEqualPlacesTheFirstIsChosen() {
    List<SlicePlacement> pairs = placements(2, 0, 2);
    assertEquals(Optional.of(pairs.get(0)), CardSpace.choose(pairs, List.of(), pairs));
  }

  @Test
  void whatIsTakenIsNotChosen() {
    assertEquals(Optional.of(HALVES.get(1)), choose(HALVES, placements(1, 3)));
    assertEquals(Optional.empty(), choose(WHOLE, placements(1, 6)));
    assertEquals(Optional.empty(), choose(SMALL, WHOLE));
  }
}
