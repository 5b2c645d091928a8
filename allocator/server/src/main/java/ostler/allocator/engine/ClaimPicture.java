package ostler.allocator.engine;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import ostler.inventory.UnitId;

/**
 * A claim with its units and what they are made of, all seen at one time.
 *
 * @param units all that it ever had, in order of id
 * @param members of each unit, in order of address
 */
public record ClaimPicture(Claim claim, List<Unit> units, Map<UnitId, List<Device>> members) {
  public ClaimPicture {
    Objects.requireNonNull(claim);
    units = List.copyOf(units);
    members = Map.copyOf(members);
  }
}
