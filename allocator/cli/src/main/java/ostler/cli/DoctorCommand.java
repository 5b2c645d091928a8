package ostler.cli;

import java.util.List;
import java.util.stream.Collectors;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.DisplayText;
import ostler.cli.print.JsonText;
import ostler.cli.print.Node;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler doctor}. */
final class DoctorCommand {

  private static final Argument.Flag JSON =
      Argument.Flag.of("--json", "print what was found as JSON");

  private static final List<Column> LIST =
      List.of(
          Column.of("SEVERITY", "severity", Kind.STATE),
          Column.of("CODE", "code"),
          Column.of("ABOUT", "about"),
          Column.of("FINDING", "message"),
          Column.of("NEXT", "next"));

  private DoctorCommand() {}

  static CommandSpec verb() {
    return Verb.of(
        "doctor",
        "compare the database, the claims and the hosts, and say what is not as it should be",
        DoctorCommand::examine,
        JSON);
  }

  private static void examine(Session session, Arguments said) throws Failure {
    Node diagnosis = session.api().get(ApiPath.of("doctor"));
    List<Node> findings = diagnosis.at("findings").items();
    if (said.has(JSON)) {
      session.terminal().print(JsonText.pretty(diagnosis) + "\n");
    } else if (!session.isTable()) {
      session.showWith(diagnosis, findings, LIST);
    } else {
      for (Node finding : findings) {
        session.terminal().print(told(session, finding));
      }
      session.terminal().print(summary(diagnosis, findings));
    }
    String status = diagnosis.textAt("status");
    if (status.equals("critical")) {
      throw unsound(ExitCode.CRITICAL, status, findings);
    }
    if (status.equals("warning")) {
      throw unsound(ExitCode.WARNING, status, findings);
    }
  }

  /** A finding has sentences, for which a table has no room. */
  private static String told(Session session, Node finding) {
    return session.printer().state(DisplayText.safe(finding.textAt("severity")))
        + " "
        + DisplayText.safe(
            finding.textAt("code")
                + " "
                + finding.textAt("about")
                + ": "
                + finding.textAt("message"))
        + "\n  next: "
        + DisplayText.safe(finding.textAt("next"))
        + "\n";
  }

  private static String summary(Node diagnosis, List<Node> findings) {
    return "Looked at: "
        + diagnosis.at("checked").fields().entrySet().stream()
            .map(looked -> looked.getKey() + " " + looked.getValue().text().orElse("?"))
            .collect(Collectors.joining(", "))
        + ". Findings: "
        + (findings.isEmpty() ? "none" : findings.size())
        + (diagnosis.textAt("untold").equals("0") ? ".\n" : ", and more that are not told.\n");
  }

  private static Failure unsound(ExitCode exitCode, String severity, List<Node> findings) {
    long count = findings.stream().filter(finding -> finding.is("severity", severity)).count();
    return Failure.of(
        exitCode, "UNSOUND", count + " " + severity + (count == 1 ? " finding" : " findings"));
  }
}
