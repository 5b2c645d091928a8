package ostler.simulation;

import java.util.Optional;
import java.util.UUID;
import ostler.inventory.SliceId;
import ostler.pci.PciAddress;

/**
 * A slice that is handed out, and what was made on the card for it the last time, which has another
 * id at each making. Root's books are in it too, as they are on disk.
 */
final class Slice extends Share {

  /** Between which of its steps root's program was seen last. */
  enum Phase {
    CREATING,
    LIVE,
    REMOVING
  }

  private final UUID unit;
  private final Card card;
  private final Optional<PciAddress> function;

  /** Which making is in root's books; empty where none is. */
  Optional<SliceId> id = Optional.empty();

  Optional<Cutting.Type> type = Optional.empty();
  Phase phase = Phase.LIVE;

  /** Whether it is on the host now, and not in the books alone. */
  boolean there;

  /**
   * @param unit by which the allocators know it
   * @param function that it is made on; empty where it is made of the card's own
   */
  Slice(UUID unit, Card card, Optional<PciAddress> function) {
    this.unit = unit;
    this.card = card;
    this.function = function;
  }

  UUID unit() {
    return unit;
  }

  @Override
  Card card() {
    return card;
  }

  Optional<PciAddress> function() {
    return function;
  }

  /** The function that it is on. */
  PciAddress place() {
    return function.orElse(card.main());
  }

  /** What is in no books and on no host. */
  void unmake() {
    id = Optional.empty();
    type = Optional.empty();
    permit = Optional.empty();
    holder = Optional.empty();
    phase = Phase.LIVE;
    there = false;
  }

  @Override
  public String toString() {
    return "slice " + unit + " of " + card;
  }
}
