package ostler.allocator.http;

import java.time.Instant;
import java.util.Optional;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Slice;
import ostler.allocator.engine.Unit;
import ostler.allocator.store.SliceDesk.Sliced;
import ostler.inventory.Share;
import ostler.inventory.SliceHandle;
import ostler.inventory.SliceTypeName;

/**
 * A slice as operators see it.
 *
 * @param type null for plain virtual functions
 * @param place the function that it is, or that it is made on
 * @param handle by what it is attached, where it has no address of its own
 * @param weight of its parent, as a fraction
 * @param memoryMib null where nobody knows
 * @param level that it was cleaned to; null while it is not clean
 * @param why it is not available; null where it is
 */
public record SliceView(
    String unit,
    String host,
    String parent,
    String parentAddress,
    String kind,
    String type,
    String place,
    String handle,
    String state,
    Instant since,
    String weight,
    Long memoryMib,
    String claim,
    String project,
    String level,
    ReasonView why) {

  static SliceView of(Sliced sliced, Device parent, Optional<Reason> why) {
    Unit unit = sliced.slice();
    Slice slice = unit.slice().orElseThrow();
    return new SliceView(
        unit.id().toString(),
        unit.host().value(),
        slice.parent().toString(),
        parent.address().toString(),
        slice.kind().toString(),
        slice.type().map(SliceTypeName::value).orElse(null),
        (slice.isOnParent() ? parent : Device.main(sliced.members())).address().toString(),
        unit.observed().handle().map(SliceHandle::value).orElse(null),
        unit.state().name(),
        unit.since(),
        slice.weight() + "/" + Share.WHOLE,
        slice.memoryMib().isPresent() ? slice.memoryMib().getAsLong() : null,
        unit.claim().map(Object::toString).orElse(null),
        sliced.claim().map((Claim claim) -> claim.project().value()).orElse(null),
        unit.cleaning().certificate().map(known -> known.level().name()).orElse(null),
        ReasonView.of(why));
  }
}
