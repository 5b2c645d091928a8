package ostler.cli;

import java.util.List;
import ostler.cli.print.Column;
import ostler.cli.print.Node;

/** What was changed in the tree of projects, or would be. */
final class TreeChanges {

  private static final List<Column> CHANGES =
      List.of(
          Column.of("PROJECT", "project"),
          Column.of("CHANGE", "change"),
          Column.of("KEY", "key"),
          Column.of("FROM", "from"),
          Column.of("TO", "to"));

  private TreeChanges() {}

  static void print(Session session, Node answer) throws Failure {
    List<Node> changes = answer.at("changes").items();
    session.showWith(answer, changes, CHANGES);
    for (Node over : answer.at("over").items()) {
      session
          .terminal()
          .say(
              "OVER: project "
                  + over.textAt("project")
                  + " uses "
                  + over.textAt("used")
                  + " of "
                  + over.textAt("limit")
                  + " for "
                  + over.textAt("key")
                  + "; nothing is taken away, and nothing more is granted");
    }
    if (session.isTable()) {
      String done = answer.at("dry_run").isTrue() ? " would be made." : " made.";
      session
          .terminal()
          .say((changes.size() == 1 ? "1 change" : changes.size() + " changes") + done);
    }
  }
}
