package ostler.allocator.http;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.accounting.report.Bucket;
import ostler.accounting.report.Conservation;
import ostler.accounting.report.DeviceTime;
import ostler.accounting.report.Dimension;
import ostler.accounting.report.Hours;
import ostler.accounting.report.UsageReport;
import ostler.accounting.report.UsageReport.Row;
import ostler.allocator.store.Usage.Answer;
import ostler.pci.PciClass;
import ostler.pci.PciId;

/**
 * What a period's time went to.
 *
 * @param until to when it is counted: the period's end, or now where that is earlier, or its
 *     beginning where that is yet to come
 * @param groupBy what the items tell apart, in the order that was asked for
 * @param conservation null where only a part of the time there is was asked for
 */
public record UsageView(
    Instant from,
    Instant to,
    Instant until,
    List<String> groupBy,
    String bucket,
    List<ItemView> items,
    TimeView total,
    ConservationView conservation) {

  /**
   * Time of devices. The hours are rounded so that those of a list add up to their total; the
   * seconds are exact: a decimal number, or a fraction as 100/7.
   */
  public record TimeView(String deviceHours, String deviceSeconds) {
    static TimeView of(DeviceTime time, BigDecimal hours) {
      return new TimeView(hours.toPlainString(), time.seconds());
    }
  }

  /**
   * One group. What is not grouped by is null; so is what nobody had.
   *
   * @param kind whole, or that of slices
   * @param sliceType null for what is no slice, and for plain virtual functions
   * @param start when its stretch of the calendar begins
   */
  public record ItemView(
      Instant start,
      String project,
      String model,
      String modelName,
      String alias,
      String host,
      String kind,
      String sliceType,
      String state,
      String deviceHours,
      String deviceSeconds) {

    static ItemView of(Row row, List<Dimension> by, BigDecimal hours, ModelNames names) {
      Map<Dimension, String> values = new EnumMap<>(Dimension.class);
      for (int i = 0; i < by.size(); i++) {
        values.put(by.get(i), row.values().get(i).orElse(null));
      }
      String model = values.get(Dimension.MODEL);
      return new ItemView(
          row.bucket().orElse(null),
          values.get(Dimension.PROJECT),
          model,
          model == null ? null : names.of(PciId.parse(model), PciClass.parse("0x000000")),
          values.get(Dimension.ALIAS),
          values.get(Dimension.HOST),
          values.get(Dimension.KIND),
          values.get(Dimension.SLICE_TYPE),
          values.get(Dimension.STATE),
          hours.toPlainString(),
          row.time().seconds());
    }
  }

  /**
   * What it all adds up to: each unit's part of the period since it was taken in. A report that
   * does not add up to it is refused.
   */
  public record ConservationView(int units, String expectedDeviceSeconds, List<StateView> states) {

    /** What went to one state. */
    public record StateView(String state, String deviceHours, String deviceSeconds) {}

    static ConservationView of(Conservation conservation, UsageReport report) {
      List<DeviceTime> times = List.copyOf(report.states().values());
      List<BigDecimal> hours = Hours.of(times);
      List<StateView> states = new ArrayList<>();
      for (String state : report.states().keySet()) {
        int i = states.size();
        states.add(new StateView(state, hours.get(i).toPlainString(), times.get(i).seconds()));
      }
      return new ConservationView(conservation.units(), conservation.expected().seconds(), states);
    }
  }

  static UsageView of(Answer answer, ModelNames names) {
    UsageReport report = answer.report();
    List<DeviceTime> times = report.rows().stream().map(Row::time).toList();
    List<BigDecimal> hours = Hours.of(times);
    List<Dimension> by = report.grouping().by();
    List<ItemView> items = new ArrayList<>();
    for (Row row : report.rows()) {
      items.add(ItemView.of(row, by, hours.get(items.size()), names));
    }
    Optional<Bucket> bucket = report.grouping().bucket();
    return new UsageView(
        answer.question().period().from(),
        answer.question().period().to(),
        answer.until(),
        by.stream().map(Door::lower).toList(),
        bucket.map(Door::lower).orElse(null),
        items,
        TimeView.of(report.total(), Hours.total(times)),
        answer.conservation().map(c -> ConservationView.of(c, report)).orElse(null));
  }
}
