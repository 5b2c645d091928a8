package ostler.cli;

import java.util.List;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler audit}. */
final class AuditCommands {

  private static final List<Column> LIST =
      List.of(
          Column.of("AT", "at", Kind.TIME),
          Column.of("ACTOR", "actor"),
          Column.of("ACTION", "action"),
          Column.of("OBJECT", "object"),
          Column.of("OUTCOME", "outcome", Kind.STATE),
          Column.of("REASON", "reason"),
          Column.of("REQUEST_ID", "request_id"));

  private AuditCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "audit",
        "who asked for what, and what came of it",
        Verb.list(
            "list what was asked",
            (session, said) -> session.list(ApiPath.of("audit"), LIST, said)));
  }
}
