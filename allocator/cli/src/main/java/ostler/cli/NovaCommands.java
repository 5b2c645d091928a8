package ostler.cli;

import java.util.List;
import java.util.UUID;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler nova}. */
final class NovaCommands {

  private static final Argument.Operand<UUID> DECISION =
      Argument.Operand.one("DECISION", Parsers::uuid, "id, as Nova's scheduler logs it");

  private static final List<Column> HOSTS =
      List.of(
          Column.of("HOST", "host"),
          Column.of("PASS", "pass"),
          Column.of("SCORE", "score", Kind.NUMBER),
          Column.made("WHY_NOT", NovaCommands::why),
          // Those that Ostler would take: which ones Nova took is seen where the machine starts.
          Column.of("UNITS", "units"));

  private NovaCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "nova",
        "what Nova's scheduler was answered",
        Verb.of(
            "decision",
            "show which hosts an instance could be placed on, and why not on the others",
            NovaCommands::decision,
            DECISION));
  }

  private static void decision(Session session, Arguments said) throws Failure {
    Node decision = session.api().get(ApiPath.of("nova", "decisions", said.need(DECISION)));
    session.showWith(decision, decision.at("hosts").items(), HOSTS);
    if (session.isTable()) {
      session
          .terminal()
          .say(
              decision.textAt("intent")
                  + " of instance "
                  + decision.textAt("instance_uuid")
                  + " of project "
                  + decision.textAt("project_id")
                  + " at "
                  + decision.textAt("at")
                  + (decision.is("mode", "shadow")
                      ? "; in shadow mode, so Nova was told that every host passes"
                      : ""));
    }
  }

  private static String why(Node host) {
    return host.at("sentence").text().map(words -> host.textAt("code") + ": " + words).orElse("");
  }
}
