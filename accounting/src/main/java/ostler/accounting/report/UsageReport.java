package ostler.accounting.report;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a period's time went to.
 *
 * @param rows in order of their bucket and values
 * @param states what went to which state, of all that is counted
 */
public record UsageReport(Grouping grouping, List<Row> rows, SortedMap<String, DeviceTime> states) {

  /**
   * One group.
   *
   * @param bucket when its stretch of the calendar begins
   * @param values of the dimensions that are grouped by, in their order
   */
  public record Row(Optional<Instant> bucket, List<Optional<String>> values, DeviceTime time) {
    public Row {
      Objects.requireNonNull(bucket);
      values = List.copyOf(values);
      Objects.requireNonNull(time);
    }
  }

  public UsageReport {
    Objects.requireNonNull(grouping);
    rows = List.copyOf(rows);
    states = Collections.unmodifiableSortedMap(new TreeMap<>(states));
  }

  /** All that is counted. */
  public DeviceTime total() {
    return states.values().stream().reduce(DeviceTime.ZERO, DeviceTime::plus);
  }
}
