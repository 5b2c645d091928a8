package ostler.accounting.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a report tells apart.
 *
 * @param by in the order of the rows' columns; none gives one row for all
 * @param bucket the stretches of the calendar that it is cut by, where it is
 */
public record Grouping(List<Dimension> by, Optional<Bucket> bucket) {

  /** How many stretches a period may be cut into: a month by hours, two years by days. */
  public static final int MAX_BUCKETS = 750;

  private static final String BETWEEN = ",";

  public Grouping {
    by = List.copyOf(by);
    Objects.requireNonNull(bucket);
    if (by.stream().distinct().count() < by.size()) {
      throw new IllegalArgumentException("names each thing to group by once");
    }
  }

  /**
   * Reads names in small letters with commas between, as {@code project,model,day}.
   *
   * @throws IllegalArgumentException if one is unknown or named twice, or if two cut the calendar
   */
  public static Grouping parse(String text) {
    List<Dimension> by = new ArrayList<>();
    List<Bucket> buckets = new ArrayList<>();
    for (String name : text.split(BETWEEN, -1)) {
      Optional<Dimension> dimension = find(name, Dimension.values());
      Optional<Bucket> bucket = find(name, Bucket.values());
      if (dimension.isEmpty() && bucket.isEmpty()) {
        throw new IllegalArgumentException(
            "groups by "
                + names(Dimension.values(), Bucket.values())
                + ", with commas between, not by "
                + name);
      }
      dimension.ifPresent(by::add);
      bucket.ifPresent(buckets::add);
    }
    if (buckets.size() > 1) {
      throw new IllegalArgumentException("groups by at most one of " + names(Bucket.values()));
    }
    return new Grouping(by, buckets.stream().findFirst());
  }

  /** Whether a period is cut into few enough stretches. */
  public boolean fits(Period period) {
    if (bucket.isEmpty()) {
      return true;
    }
    int count = 0;
    Instant at = period.from();
    while (at.isBefore(period.to()) && count <= MAX_BUCKETS) {
      at = bucket.get().endOf(at);
      count++;
    }
    return count <= MAX_BUCKETS;
  }

  private static <E extends Enum<E>> Optional<E> find(String name, E[] all) {
    return Stream.of(all).filter(each -> lower(each).equals(name)).findFirst();
  }

  private static String names(Enum<?>[]... all) {
    return Stream.of(all)
        .flatMap(Stream::of)
        .map(Grouping::lower)
        .collect(Collectors.joining(", "));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
