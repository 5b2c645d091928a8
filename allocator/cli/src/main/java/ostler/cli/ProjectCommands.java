package ostler.cli;

import java.util.List;
import java.util.Optional;
import ostler.cli.print.Column;
import ostler.inventory.ProjectId;
import ostler.wire.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler project}. */
final class ProjectCommands {

  static final Argument.Operand<ProjectId> PROJECT =
      Argument.Operand.one("PROJECT", ProjectId::new, "the project's id");

  private static final Argument.Option<String> NAME =
      Argument.Option.of("--name", "NAME", Parsers::words, "what people call it; else its id");

  private static final List<Column> LIST =
      List.of(Column.of("ID", "id"), Column.of("NAME", "name"));

  private ProjectCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "project",
        "whom units are given to",
        Verb.list(
            "list the projects",
            (session, said) -> session.list(ApiPath.of("projects"), LIST, said)),
        Verb.of("set", "make a project, or change its name", ProjectCommands::set, PROJECT, NAME));
  }

  private static void set(Session session, Arguments said) throws Failure {
    ProjectId project = said.need(PROJECT);
    Optional<String> name = said.get(NAME);
    String body = Json.write(out -> out.text("name", name.orElse(project.value())));
    session.show(session.api().put(ApiPath.of("projects", project), body), LIST);
  }
}
