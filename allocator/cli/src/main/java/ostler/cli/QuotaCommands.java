package ostler.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.JsonText;
import ostler.cli.print.Node;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler quota}. */
final class QuotaCommands {

  /**
   * The most of one key that a project may hold.
   *
   * @param units empty to take the limit away, after which the project gets none
   */
  private record Limit(String key, Optional<Long> units) {

    private static final Pattern FORM =
        Pattern.compile("([A-Za-z0-9._:@-]{1,200})=(none|[0-9]{1,9})");

    static Limit parse(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        throw new IllegalArgumentException(
            "a limit is KEY=NUMBER or KEY=none, for example alias:gpu=2");
      }
      String units = form.group(2);
      return new Limit(
          form.group(1),
          units.equals("none") ? Optional.empty() : Optional.of(Long.parseLong(units)));
    }
  }

  private static final Argument.Operand<Limit> LIMITS =
      Argument.Operand.several(
          "KEY=NUMBER", Limit::parse, "limits, as alias:gpu=2; none takes one away");

  private static final List<Column> LIST =
      List.of(
          Column.of("KEY", "key"),
          Column.of("LIMIT", "limit", Kind.NUMBER),
          Column.of("USED", "used", Kind.NUMBER),
          new Column("FREE", QuotaCommands::free, Kind.NUMBER));

  private QuotaCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "quota",
        "how much a project may hold at a time",
        Verb.of(
            "set", "set a project's limits", QuotaCommands::set, ProjectCommands.PROJECT, LIMITS),
        Verb.of(
            "show",
            "show a project's limits and use",
            (session, said) -> print(session, session.api().get(path(said))),
            ProjectCommands.PROJECT));
  }

  private static ApiPath path(Arguments said) {
    return ApiPath.of("projects", said.need(ProjectCommands.PROJECT), "quota");
  }

  private static void set(Session session, Arguments said) throws Failure {
    Map<String, Object> limits = new LinkedHashMap<>();
    said.all(LIMITS).forEach(limit -> limits.put(limit.key(), limit.units().orElse(null)));
    String body = JsonText.line(new Node(Map.of("limits", limits)));
    print(session, session.api().put(path(said), body));
  }

  private static void print(Session session, Node quota) throws Failure {
    session.showWith(quota, quota.at("limits").items(), LIST);
  }

  private static Node free(Node limit) {
    return limit.at("limit").value() instanceof Long most
            && limit.at("used").value() instanceof Long used
        ? new Node(Math.max(0, most - used))
        : Node.ABSENT;
  }
}
