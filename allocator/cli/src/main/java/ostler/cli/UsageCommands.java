package ostler.cli;

import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler usage}. */
final class UsageCommands {

  private static final Argument.Option<String> FROM =
      Argument.Option.of(
          "--from",
          "TIME",
          UsageCommands::time,
          "a day, 2026-11-01, or an instant; days are UTC's");
  private static final Argument.Option<String> TO =
      Argument.Option.of("--to", "TIME", UsageCommands::time, "up to, and without, this one");
  private static final Argument.Option<YearMonth> MONTH =
      Argument.Option.of(
          "--month", "MONTH", UsageCommands::month, "instead of the two: all of it, as 2026-11");
  private static final Argument.Option<String> GROUP_BY =
      Argument.Option.of(
          "--group-by",
          "LIST",
          UsageCommands::names,
          "project, model, alias, host, kind, slice_type, state, and one of hour, day and month,"
              + " with commas between; else project");
  private static final Argument.Option<String> PROJECT =
      Argument.Option.of(
          "--project", "PROJECT", Parsers::name, "only what was charged to it or below it");

  private static final Map<String, List<Column>> BY =
      Map.of(
          "project", List.of(Column.of("PROJECT", "project")),
          "model", List.of(Column.of("MODEL", "model"), Column.of("NAME", "model_name")),
          "alias", List.of(Column.of("ALIAS", "alias")),
          "host", List.of(Column.of("HOST", "host")),
          "kind", List.of(Column.of("KIND", "kind")),
          "slice_type", List.of(Column.of("TYPE", "slice_type")),
          "state", List.of(Column.of("STATE", "state")));

  private static final Column HOURS = Column.of("DEVICE_HOURS", "device_hours", Kind.NUMBER);
  private static final Column SECONDS = Column.of("DEVICE_SECONDS", "device_seconds", Kind.NUMBER);

  private static final Pattern TIME = Pattern.compile("[0-9T:.Z+-]{10,40}");
  private static final Pattern NAMES = Pattern.compile("[a-z_]{1,20}(,[a-z_]{1,20}){0,9}");

  private UsageCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "usage",
        "who had what for how long",
        Verb.of(
            "report",
            "add up what a period's time went to, in device-hours",
            UsageCommands::report,
            FROM,
            TO,
            MONTH,
            GROUP_BY,
            PROJECT));
  }

  private static void report(Session session, Arguments said) throws Failure {
    Node report =
        session
            .api()
            .get(
                period(said)
                    .with("group_by", said.get(GROUP_BY))
                    .with("project", said.get(PROJECT)));
    if (session.isTree()) {
      session.terminal().print(session.printer().item(report, List.of()));
      return;
    }
    List<Column> columns = columns(report);
    if (!session.isTable()) {
      columns.add(SECONDS);
      session.terminal().print(session.printer().list(items(report), columns, List.of()));
      return;
    }
    List<Node> rows = items(report);
    rows.add(total(report, columns));
    session.terminal().print(session.printer().list(rows, columns, List.of()));
    session.terminal().print("\n" + bounds(report) + conservation(report));
  }

  private static ApiPath period(Arguments said) throws Failure {
    Optional<YearMonth> month = said.get(MONTH);
    Optional<String> from = said.get(FROM);
    Optional<String> to = said.get(TO);
    boolean both = from.isPresent() && to.isPresent();
    if (month.isPresent() ? from.isPresent() || to.isPresent() : !both) {
      throw Failure.usage("NO_PERIOD", "Say which period: --month, or --from and --to.")
          .andTry("ostler usage report --month 2026-11");
    }
    ApiPath path = ApiPath.of("usage");
    return month.isPresent()
        ? path.with("from", month.get().atDay(1)).with("to", month.get().plusMonths(1).atDay(1))
        : path.with("from", from).with("to", to);
  }

  private static List<Node> items(Node report) {
    return new ArrayList<>(report.at("items").items());
  }

  /** The stretch of the calendar, then what was asked for in its order, then the time. */
  private static List<Column> columns(Node report) {
    List<Column> columns = new ArrayList<>();
    report.at("bucket").text().ifPresent(bucket -> columns.add(Column.of("START", "start")));
    for (Node name : report.at("group_by").items()) {
      String field = name.text().orElse("");
      columns.addAll(
          BY.getOrDefault(field, List.of(Column.of(field.toUpperCase(Locale.ROOT), field))));
    }
    columns.add(HOURS);
    return columns;
  }

  private static Node total(Node report, List<Column> columns) {
    Map<String, Object> total = new LinkedHashMap<>();
    report.at("total").fields().forEach((name, value) -> total.put(name, value.value()));
    if (!columns.get(0).equals(HOURS)) {
      String first = report.at("bucket").isAbsent() ? "" : "start";
      total.put(
          first.isEmpty() ? report.at("group_by").items().get(0).text().orElse("") : first,
          "TOTAL");
    }
    return new Node(total);
  }

  /** In UTC, as the calendar is that a report is cut by. */
  private static String bounds(Node report) {
    String from = report.textAt("from");
    String until = report.textAt("until");
    if (until.equals(from)) {
      return "From " + from + " on, which is not yet.\n";
    }
    String now = until.equals(report.textAt("to")) ? "" : ", which is now";
    return "From " + from + " up to " + until + now + ".\n";
  }

  private static String conservation(Node report) {
    Node conservation = report.at("conservation");
    if (conservation.isAbsent()) {
      return "";
    }
    List<Node> states = conservation.at("states").items();
    String sum =
        states.stream()
            .map(state -> state.textAt("device_hours") + " " + state.textAt("state"))
            .collect(Collectors.joining(" + "));
    return "It adds up: "
        + (states.isEmpty() ? "nothing" : sum)
        + " = "
        + report.textAt("total.device_hours")
        + " h, all the time of "
        + conservation.textAt("units")
        + (conservation.textAt("units").equals("1")
            ? " unit since it was"
            : " units since they were")
        + " taken in.\n";
  }

  private static String time(String text) {
    if (!TIME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "is a day, 2026-11-01, or an instant, 2026-11-01T00:00:00Z");
    }
    return text;
  }

  private static YearMonth month(String text) {
    try {
      return YearMonth.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("is a month, as 2026-11", e);
    }
  }

  private static String names(String text) {
    if (!NAMES.matcher(text).matches()) {
      throw new IllegalArgumentException("is names with commas between, as project,model");
    }
    return text;
  }
}
