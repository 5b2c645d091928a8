package ostler.inventory;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A type of slice that a parent can be cut into, as its host says at this moment.
 *
 * @param hostType the host's own name or number of it, which changes with the driver
 * @param description the driver's own words
 * @param memoryMib each slice's own memory, in MiB; absent where the driver does not say
 * @param available how many more could be made now, the operator's maximum counted
 * @param most how many an empty parent holds, the operator's maximum counted; absent where neither
 *     the driver nor the operator says so and the parent was not seen empty
 * @param placements where they may lie on the card; empty where the driver has no such notion
 */
public record SliceOffer(
    UnitKind kind,
    SliceTypeName type,
    MdevTypeId hostType,
    Optional<String> description,
    OptionalLong memoryMib,
    int available,
    OptionalInt most,
    List<SlicePlacement> placements) {

  public SliceOffer {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(type);
    Objects.requireNonNull(hostType);
    Objects.requireNonNull(description);
    Objects.requireNonNull(memoryMib);
    Objects.requireNonNull(most);
    placements = List.copyOf(placements);
    if (available < 0 || most.orElse(0) < 0 || memoryMib.orElse(0) < 0) {
      throw new IllegalArgumentException("an offer's numbers are 0 or more");
    }
  }
}
