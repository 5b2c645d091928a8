package ostler.allocator.http;

import java.util.List;
import java.util.Optional;
import ostler.allocator.engine.CardPlan;
import ostler.allocator.engine.Layout;
import ostler.inventory.ParentReport;
import ostler.inventory.SliceTypeName;

/**
 * What a parent could still hold of one type beside what it is to be cut into.
 *
 * @param type null for plain virtual functions
 * @param available how many more
 * @param most how many it holds while there is nothing else; null where nobody saw it so
 * @param memoryMib null where nobody knows
 */
public record RoomView(String kind, String type, int available, Integer most, Long memoryMib) {

  static List<RoomView> of(Optional<ParentReport> card, Optional<Layout> layout) {
    return CardPlan.of(card).rooms(layout).stream().map(RoomView::of).toList();
  }

  private static RoomView of(CardPlan.Room room) {
    return new RoomView(
        room.kind().toString(),
        room.type().map(SliceTypeName::value).orElse(null),
        room.available(),
        room.most().isPresent() ? room.most().getAsInt() : null,
        room.memoryMib().isPresent() ? room.memoryMib().getAsLong() : null);
  }
}
