package ostler.inventory;

import java.util.List;
import java.util.Objects;

/**
 * All that an allocator wants of one host.
 *
 * @param epoch raised when the allocator's database was restored, 0 or more
 * @param revision grows with each change within an epoch, 0 or more
 */
public record DesiredState(HostName host, long epoch, long revision, List<UnitOrder> units) {
  public DesiredState {
    Objects.requireNonNull(host);
    units = List.copyOf(units);
    if (epoch < 0 || revision < 0) {
      throw new IllegalArgumentException(
          "a desired state's epoch and revision are 0 or more, not " + epoch + " and " + revision);
    }
    if (units.stream().map(UnitOrder::unit).distinct().count() < units.size()) {
      throw new IllegalArgumentException("one unit has two orders");
    }
  }
}
