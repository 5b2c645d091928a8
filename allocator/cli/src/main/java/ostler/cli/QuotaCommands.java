package ostler.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.wire.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler quota}. */
final class QuotaCommands {

  /** The most of one key that a project may hold. */
  private record Limit(String key, int units) {

    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9._:@-]{1,200})=([0-9]{1,9})");

    static Limit parse(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        throw new IllegalArgumentException("a limit is KEY=NUMBER, for example alias:gpu=2");
      }
      return new Limit(form.group(1), Integer.parseInt(form.group(2)));
    }
  }

  private static final Argument.Operand<Limit> LIMITS =
      Argument.Operand.several("KEY=NUMBER", Limit::parse, "limits, as alias:gpu=2");

  private static final List<Column> LIST =
      List.of(
          Column.of("KEY", "key"),
          Column.of("LIMIT", "limit", Kind.NUMBER),
          Column.of("USED", "used", Kind.NUMBER),
          Column.made("FREE", QuotaCommands::free));

  private static final List<Column> WHOLE =
      List.of(Column.of("PROJECT", "project"), Column.of("LIMITS", "limits"));

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
    String body =
        Json.write(
            out ->
                out.object(
                    "limits",
                    limits ->
                        said.all(LIMITS)
                            .forEach(limit -> limits.integer(limit.key(), limit.units()))));
    print(session, session.api().put(path(said), body));
  }

  private static void print(Session session, Node quota) throws Failure {
    if (session.isTable()) {
      List<Node> limits = quota.at("limits").items();
      session.terminal().print(session.printer().list(limits, LIST, List.of()));
    } else {
      session.show(quota, WHOLE);
    }
  }

  private static String free(Node limit) {
    return limit.at("limit").value() instanceof Long most
            && limit.at("used").value() instanceof Long used
        ? Long.toString(Math.max(0, most - used))
        : "";
  }
}
