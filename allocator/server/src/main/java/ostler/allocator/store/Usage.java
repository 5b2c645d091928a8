package ostler.allocator.store;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.accounting.ledger.LedgerState;
import ostler.accounting.ledger.Occupancy;
import ostler.accounting.ledger.OpenInterval;
import ostler.accounting.ledger.ProjectPath;
import ostler.accounting.report.Bucket;
import ostler.accounting.report.Conservation;
import ostler.accounting.report.DeviceTime;
import ostler.accounting.report.Dimension;
import ostler.accounting.report.Grouping;
import ostler.accounting.report.Period;
import ostler.accounting.report.Traits;
import ostler.accounting.report.UsageReport;
import ostler.accounting.report.UsageTally;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;
import ostler.inventory.ProjectId;
import ostler.inventory.Share;

/**
 * Adds up what a period's time went to.
 *
 * <p>Nearly all segments end within the period, and lie within one stretch of the calendar where it
 * is cut: the database adds those up, from the period's beginning where they began before. The few
 * that lie across another edge, at most one a unit and edge, and what goes on now are fetched and
 * cut here.
 */
public final class Usage {

  /** How many groups a report may have. */
  public static final int MAX_GROUPS = 10_000;

  /** A report keeps a core of the database busy, and claims come first. */
  private static final int MAX_AT_ONCE = 4;

  /** So many rows come at a time where there may be millions. */
  private static final int FETCHED_ROWS = 10_000;

  /** Groups, told apart by state and weight too: what the database may send, and a row more. */
  private static final int MAX_SUMS = 20 * MAX_GROUPS;

  private static final int MICRO_DIGITS = 6;

  private static final Map<Dimension, String> COLUMNS =
      new EnumMap<>(
          Map.of(
              Dimension.PROJECT, "project_id",
              Dimension.MODEL, "model",
              Dimension.ALIAS, "alias",
              Dimension.HOST, "host",
              Dimension.KIND, "kind",
              Dimension.SLICE_TYPE, "slice_type",
              Dimension.STATE, "state"));

  private static final Set<Dimension> OF_UNITS = EnumSet.of(Dimension.KIND, Dimension.SLICE_TYPE);

  private static final String INSIDE =
      " FROM (SELECT usage_segment.*, GREATEST(started_at, :from) AS begun FROM usage_segment) line"
          + "%s WHERE line.ended_at > :from AND line.ended_at <= :to";

  /** What a unit is made of never changes, so that is told by the unit itself. */
  private static final String UNIT = " JOIN unit ON unit.id = line.unit_id";

  /** Unit by unit, since nobody knows how much there is by now after a period long past. */
  private static final String ACROSS_THE_END =
      "SELECT line.*, unit.kind, unit.slice_type FROM usage_current open_line"
          + " JOIN unit ON unit.id = open_line.unit_id"
          + " JOIN usage_segment line ON line.unit_id = open_line.unit_id"
          + " AND line.started_at = (SELECT MAX(last.started_at) FROM usage_segment last"
          + " WHERE last.unit_id = open_line.unit_id AND last.started_at < :to)"
          + " WHERE line.ended_at > :to";

  private static final String OPEN =
      "SELECT line.*, unit.parent_id, unit.kind, unit.slice_type, host.last_seen FROM usage_current"
          + " line JOIN unit ON unit.id = line.unit_id JOIN host ON host.name = unit.host WHERE"
          + " COALESCE(line.began_at, line.started_at) < :to";

  private static final String PATH = "COALESCE(line.project_path, '/' || line.project_id || '/')";

  private final JdbcClient sql;
  private final Transactions transactions;
  private final Clock clock;
  private final Semaphore places = new Semaphore(MAX_AT_ONCE);

  Usage(JdbcClient sql, Transactions transactions, Clock clock) {
    this.sql = sql;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * What is asked for.
   *
   * @param within only time that was charged to all of these projects, each the one that had the
   *     unit or one above it then; none for all time there is
   */
  public record Question(Period period, Grouping grouping, List<ProjectId> within) {
    public Question {
      within = List.copyOf(within);
    }
  }

  /**
   * What a period's time went to.
   *
   * @param until to when it is counted: the period's end, or now where that is earlier, or its
   *     beginning where that is yet to come
   * @param conservation what it adds up to, where all time there is was asked for
   */
  public record Answer(
      Question question, Instant until, UsageReport report, Optional<Conservation> conservation) {}

  /** What the database added up. */
  private record Sum(Optional<Instant> bucket, Traits traits, DeviceTime time) {}

  /**
   * What a unit's time goes to now.
   *
   * @param whole whether it is no slice of another
   */
  private record Open(
      boolean whole,
      Instant began,
      Instant started,
      Occupancy occupancy,
      Instant silentFrom,
      Traits traits,
      int weight) {}

  /** Adds up what there is until now, in one look at the database. */
  public Outcome<Answer> answer(Question question) {
    if (!places.tryAcquire()) {
      return Outcome.refused(
          Code.BUSY, MAX_AT_ONCE + " reports are being added up now; ask again in a moment");
    }
    try {
      return transactions.snapshot(() -> answer(question, clock.instant()));
    } finally {
      places.release();
    }
  }

  private Outcome<Answer> answer(Question question, Instant now) {
    Instant until = now.isBefore(question.period().to()) ? now : question.period().to();
    if (!question.period().from().isBefore(until)) {
      UsageReport nothing = new UsageTally(question.period(), question.grouping()).report();
      return Outcome.done(
          new Answer(
              question,
              question.period().from(),
              nothing,
              conserved(question, Conservation.NOTHING)));
    }
    return count(question, new Period(question.period().from(), until));
  }

  private Outcome<Answer> count(Question question, Period period) {
    UsageTally tally = new UsageTally(period, question.grouping());
    int sums = addInside(question, period, tally);
    addAcross(question, period, tally);
    Conservation conservation = addOpen(question, period, tally);
    if (sums > MAX_SUMS || tally.size() > MAX_GROUPS) {
      return Outcome.refused(
          Code.TOO_MANY_GROUPS,
          "the report would have more than "
              + MAX_GROUPS
              + " groups; group by less, or ask for a shorter period");
    }
    UsageReport report = tally.report();
    if (question.within().isEmpty() && !conservation.holdsFor(report)) {
      return broken(report, conservation);
    }
    return Outcome.done(
        new Answer(question, period.to(), report, conserved(question, conservation)));
  }

  private static Optional<Conservation> conserved(Question question, Conservation conservation) {
    return question.within().isEmpty() ? Optional.of(conservation) : Optional.empty();
  }

  private static Outcome<Answer> broken(UsageReport report, Conservation conservation) {
    return Outcome.refused(
        Code.LEDGER_BROKEN,
        "the states add up to "
            + report.total().seconds()
            + " device-seconds, and the time of "
            + conservation.units()
            + " units to "
            + conservation.expected().seconds()
            + "; no number of this report can be trusted: run ostler doctor, which names the unit");
  }

  /** Whole segments; answers how many sums came. */
  private int addInside(Question question, Period period, UsageTally tally) {
    List<String> columns =
        question.grouping().by().stream()
            .filter(by -> by != Dimension.STATE)
            .map(by -> (OF_UNITS.contains(by) ? "unit." : "line.") + COLUMNS.get(by))
            .collect(Collectors.toCollection(ArrayList::new));
    columns.add("line.state");
    columns.add("line.weight");
    Optional<Bucket> bucket = question.grouping().bucket();
    String start = bucket.map(b -> startOf(b)).orElse("0");
    String keys = String.join(", ", columns);
    List<Sum> sums =
        sql.sql(
                "SELECT "
                    + keys
                    + ", "
                    + start
                    + " AS bucket,"
                    + " EXTRACT(EPOCH FROM SUM(line.ended_at - line.begun)) AS seconds"
                    + inside(question.grouping())
                    + bucket.map(b -> " AND " + start + " = " + endOf(b)).orElse("")
                    + within(question)
                    + " GROUP BY "
                    + keys
                    + bucket.map(b -> ", " + start).orElse("")
                    + " LIMIT "
                    + (MAX_SUMS + 1))
            .params(params(question, period))
            .query((rs, n) -> readSum(rs, question.grouping()))
            .list();
    sums.forEach(sum -> tally.add(sum.bucket(), sum.traits(), sum.time()));
    return sums.size();
  }

  /** The millions of rows meet their units only where it is asked what those are. */
  private static String inside(Grouping grouping) {
    return INSIDE.formatted(grouping.by().stream().anyMatch(OF_UNITS::contains) ? UNIT : "");
  }

  private static Sum readSum(ResultSet rs, Grouping grouping) throws SQLException {
    Columns row = new Columns(rs);
    BigInteger micros =
        rs.getBigDecimal("seconds").movePointRight(MICRO_DIGITS).toBigIntegerExact();
    Instant bucket = Instant.ofEpochSecond(rs.getBigDecimal("bucket").longValueExact());
    return new Sum(
        grouping.bucket().map(cut -> bucket),
        traits(row, grouping, row.text("state")),
        DeviceTime.of(micros, weight(row)));
  }

  private void addAcross(Question question, Period period, UsageTally tally) {
    Map<String, Object> params = params(question, period);
    addSegments(ACROSS_THE_END + within(question), params, question.grouping(), tally);
    if (question.grouping().bucket().isPresent()) {
      Bucket bucket = question.grouping().bucket().get();
      addSegments(
          "SELECT line.*, unit.kind, unit.slice_type"
              + INSIDE.formatted(UNIT)
              + " AND "
              + startOf(bucket)
              + " <> "
              + endOf(bucket)
              + within(question),
          params,
          question.grouping(),
          tally);
    }
  }

  private void addSegments(
      String query, Map<String, Object> params, Grouping grouping, UsageTally tally) {
    sql.sql(query)
        .withFetchSize(FETCHED_ROWS)
        .params(params)
        .query(
            rs -> {
              Columns row = new Columns(rs);
              // With too many groups there will be no report, and more of them are not kept.
              if (tally.size() <= MAX_GROUPS) {
                tally.add(
                    traits(row, grouping, row.text("state")),
                    row.time("started_at"),
                    row.time("ended_at"),
                    weight(row));
              }
            });
  }

  private Conservation addOpen(Question question, Period period, UsageTally tally) {
    List<Open> open =
        sql.sql(OPEN + within(question))
            .params(params(question, period))
            .query((rs, n) -> readOpen(rs, question.grouping()))
            .list();
    Conservation conservation = Conservation.NOTHING;
    for (Open now : open) {
      if (now.whole()) {
        conservation = conservation.plus(period, now.began());
      }
      for (OpenInterval.Stretch stretch :
          OpenInterval.stretches(now.occupancy(), now.started(), period.to(), now.silentFrom())) {
        tally.add(
            now.traits().in(stretch.occupancy().state().name()),
            stretch.from(),
            stretch.to(),
            now.weight());
      }
    }
    return conservation;
  }

  private static Open readOpen(ResultSet rs, Grouping grouping) throws SQLException {
    Columns row = new Columns(rs);
    Instant started = row.time("started_at");
    String state = row.text("state");
    return new Open(
        row.uuid("parent_id") == null,
        row.optionalTime("began_at").orElse(started),
        started,
        new Occupancy(LedgerState.valueOf(state), Ledger.readCharge(row)),
        Ledger.silentFrom(row.optionalTime("last_seen")),
        traits(row, grouping, state),
        weight(row));
  }

  /** Rows that a first release wrote are of whole devices. */
  private static int weight(Columns row) throws SQLException {
    return row.optionalInt("weight").orElse(Share.WHOLE);
  }

  private static Traits traits(Columns row, Grouping grouping, String state) throws SQLException {
    return new Traits(
        trait(row, grouping, Dimension.PROJECT),
        trait(row, grouping, Dimension.MODEL),
        trait(row, grouping, Dimension.ALIAS),
        trait(row, grouping, Dimension.HOST),
        trait(row, grouping, Dimension.KIND),
        trait(row, grouping, Dimension.SLICE_TYPE),
        state);
  }

  private static Optional<String> trait(Columns row, Grouping grouping, Dimension dimension)
      throws SQLException {
    return grouping.by().contains(dimension)
        ? row.text(COLUMNS.get(dimension), text -> text)
        : Optional.empty();
  }

  /** In the same words to both databases, though what they are is not the same type in both. */
  private static String startOf(Bucket bucket) {
    return truncated(bucket, "line.begun");
  }

  private static String endOf(Bucket bucket) {
    return truncated(bucket, "(line.ended_at - INTERVAL '0.000001' SECOND)");
  }

  private static String truncated(Bucket bucket, String time) {
    return "EXTRACT(EPOCH FROM DATE_TRUNC('"
        + bucket.name().toLowerCase(Locale.ROOT)
        + "', "
        + time
        + " AT TIME ZONE 'UTC'))";
  }

  private static String within(Question question) {
    StringBuilder where = new StringBuilder();
    for (int i = 0; i < question.within().size(); i++) {
      where.append(" AND POSITION(:part").append(i).append(" IN ").append(PATH).append(") > 0");
    }
    return where.toString();
  }

  private static Map<String, Object> params(Question question, Period period) {
    Map<String, Object> params = new HashMap<>();
    params.put("from", Columns.time(period.from()));
    params.put("to", Columns.time(period.to()));
    for (int i = 0; i < question.within().size(); i++) {
      params.put("part" + i, ProjectPath.part(question.within().get(i)));
    }
    return params;
  }
}
