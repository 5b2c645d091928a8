package ostler.accounting.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ostler.accounting.report.UsageReport.Row;

/** Adds up a period's time by groups. What lies outside of the period is not counted. */
public final class UsageTally {

  private static final Comparator<Optional<String>> ABSENT_LAST =
      Comparator.comparing((Optional<String> value) -> value.isEmpty())
          .thenComparing(value -> value.orElse(""));

  private final Period period;
  private final Grouping grouping;
  private final Map<Key, DeviceTime> groups = new HashMap<>();
  private final Map<String, DeviceTime> states = new HashMap<>();

  private record Key(Optional<Instant> bucket, List<Optional<String>> values) {}

  public UsageTally(Period period, Grouping grouping) {
    this.period = period;
    this.grouping = grouping;
  }

  /** Counts the part of a stretch of time that lies in the period, cut by the calendar. */
  public void add(Traits traits, Instant from, Instant to, int weight) {
    Instant end = to.isBefore(period.to()) ? to : period.to();
    Instant at = from.isBefore(period.from()) ? period.from() : from;
    while (at.isBefore(end)) {
      Instant start = at;
      Optional<Instant> bucket = grouping.bucket().map(b -> b.startOf(start));
      Instant cut = grouping.bucket().map(b -> b.endOf(start)).filter(end::isAfter).orElse(end);
      add(bucket, traits, DeviceTime.of(Duration.between(at, cut), weight));
      at = cut;
    }
  }

  /**
   * Counts time that was added up before, all of it in the period and in one stretch of the
   * calendar. No time makes no group: a slice that is not there is in no report.
   *
   * @param bucket when that stretch begins, where the report is cut by the calendar
   */
  public void add(Optional<Instant> bucket, Traits traits, DeviceTime time) {
    if (time.equals(DeviceTime.ZERO)) {
      return;
    }
    List<Optional<String>> values = grouping.by().stream().map(traits::of).toList();
    groups.merge(new Key(bucket, values), time, DeviceTime::plus);
    states.merge(traits.state(), time, DeviceTime::plus);
  }

  /** How many groups there are by now. */
  public int size() {
    return groups.size();
  }

  public UsageReport report() {
    List<Row> rows =
        groups.entrySet().stream()
            .map(
                group ->
                    new Row(group.getKey().bucket(), group.getKey().values(), group.getValue()))
            .sorted(UsageTally::inOrder)
            .toList();
    return new UsageReport(grouping, rows, new TreeMap<>(states));
  }

  private static int inOrder(Row one, Row other) {
    int order = one.bucket().orElse(Instant.MIN).compareTo(other.bucket().orElse(Instant.MIN));
    for (int i = 0; order == 0 && i < one.values().size(); i++) {
      order = ABSENT_LAST.compare(one.values().get(i), other.values().get(i));
    }
    return order;
  }
}
