package ostler.accounting.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import ostler.accounting.ledger.OpenInterval.Closed;

/**
 * A card whose slices are counted by themselves: its own time weighs what they leave, and all of it
 * while there are none. What a slice comes to weigh the card ceases to weigh in the same instant,
 * so that at every instant the card and its slices weigh one whole together.
 */
public final class CutCard {

  private CutCard() {}

  /**
   * What one unit's time goes to next.
   *
   * @param now what it goes to until then
   * @param subject a slice that is not there weighs nothing
   */
  public record Change(OpenInterval now, Subject subject, Occupancy next) {

    public Change {
      Objects.requireNonNull(now);
      Objects.requireNonNull(subject);
      Objects.requireNonNull(next);
    }

    /** That everything goes on as it is. */
    public static Change none(OpenInterval now) {
      return new Change(now, now.subject(), now.occupancy());
    }

    /** Whether it comes to weigh more or less than before. */
    public boolean weighsAnew() {
      return gained() != 0;
    }

    private int gained() {
      return subject.weight() - now.subject().weight();
    }

    Closed at(Instant at, Instant silentFrom) {
      return now.become(subject, next, at, silentFrom);
    }
  }

  /**
   * Changes a card and some slices of it in one instant. Where the clock was set back that is the
   * last instant at which any of them changed before, since each at its own would leave a gap.
   *
   * @param card whose weight is worked out here
   * @param silentFrom since when their host counts as silent
   * @return what the card's change leaves behind, and then the slices' in their order
   * @throws IllegalArgumentException if the slices would weigh more than the card leaves them
   */
  public static List<Closed> become(
      Change card, List<Change> slices, Instant at, Instant silentFrom) {
    int left = card.now().subject().weight() - slices.stream().mapToInt(Change::gained).sum();
    Instant together =
        Stream.concat(Stream.of(card), slices.stream())
            .map(change -> change.now().since())
            .filter(at::isBefore)
            .max(Instant::compareTo)
            .orElse(at);
    List<Closed> closed = new ArrayList<>();
    closed.add(
        new Change(card.now(), card.subject().weighing(left), card.next())
            .at(together, silentFrom));
    slices.forEach(slice -> closed.add(slice.at(together, silentFrom)));
    return closed;
  }
}
