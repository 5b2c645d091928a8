package ostler.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ostler.cli.print.Column;
import ostler.cli.print.DisplayText;
import ostler.cli.print.JsonText;
import ostler.cli.print.Node;
import ostler.inventory.ProjectId;
import ostler.wire.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler project}. */
final class ProjectCommands {

  static final Argument.Operand<ProjectId> PROJECT =
      Argument.Operand.one("PROJECT", ProjectId::new, "the project's id");

  private static final Argument.Option<String> NAME =
      Argument.Option.of("--name", "NAME", Parsers::words, "what people call it; else its id");

  private static final Argument.Option<ProjectId> PARENT =
      Argument.Option.of("--parent", "PROJECT", ProjectId::new, "under which other it stands");

  private static final Argument.Option<ProjectId> TO =
      Argument.Option.of("--to", "PROJECT", ProjectId::new, "under this one");

  private static final Argument.Flag ROOT = Argument.Flag.of("--root", "under none");

  private static final Argument.Flag TREE =
      Argument.Flag.of("--tree", "draw them as they stand under each other");

  private static final List<Column> LIST =
      List.of(Column.of("ID", "id"), Column.of("NAME", "name"), Column.of("PARENT", "parent"));

  private ProjectCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "project",
        "whom units are given to",
        Verb.list("list the projects", ProjectCommands::list, TREE),
        Verb.of(
            "show",
            "show a project",
            (session, said) -> session.show(session.api().get(path(said)), LIST),
            PROJECT),
        Verb.of(
            "set",
            "make a project, or change its name or parent",
            ProjectCommands::set,
            PROJECT,
            NAME,
            PARENT),
        Verb.of(
            "move",
            "put a project with all below it under another",
            ProjectCommands::move,
            PROJECT,
            TO,
            ROOT,
            Verb.DRY_RUN,
            Verb.REASON),
        Verb.of(
            "delete",
            "delete a project that has nothing",
            ProjectCommands::delete,
            PROJECT,
            Session.YES));
  }

  private static ApiPath path(Arguments said) {
    return ApiPath.of("projects", said.need(PROJECT));
  }

  private static void list(Session session, Arguments said) throws Failure {
    if (!said.has(TREE) || !session.isTable()) {
      session.list(ApiPath.of("projects"), LIST, said);
      return;
    }
    List<Node> projects = session.all(ApiPath.of("projects"));
    Set<String> ids = projects.stream().map(p -> p.textAt("id")).collect(Collectors.toSet());
    Map<String, List<Node>> children = new LinkedHashMap<>();
    for (Node project : projects) {
      String parent = project.textAt("parent");
      children
          .computeIfAbsent(ids.contains(parent) ? parent : "", id -> new ArrayList<>())
          .add(project);
    }
    List<String> lines = new ArrayList<>();
    for (Node root : children.getOrDefault("", List.of())) {
      lines.add(line(root));
      draw("", root.textAt("id"), children, lines);
    }
    session
        .terminal()
        .print(
            lines.stream()
                .map(DisplayText::safe)
                .map(line -> line + "\n")
                .collect(Collectors.joining()));
  }

  private static void draw(
      String before, String parent, Map<String, List<Node>> children, List<String> lines) {
    List<Node> below = children.getOrDefault(parent, List.of());
    for (int i = 0; i < below.size(); i++) {
      boolean last = i == below.size() - 1;
      lines.add(before + (last ? "└─ " : "├─ ") + line(below.get(i)));
      draw(before + (last ? "   " : "│  "), below.get(i).textAt("id"), children, lines);
    }
  }

  private static String line(Node project) {
    String id = project.textAt("id");
    String name = project.textAt("name");
    return name.equals(id) ? id : id + "  " + name;
  }

  private static void set(Session session, Arguments said) throws Failure {
    Optional<String> parent = said.get(PARENT).map(ProjectId::value);
    String body = Json.write(out -> out.text("name", said.get(NAME)).text("parent", parent));
    session.show(session.api().put(path(said), body), LIST);
  }

  private static void move(Session session, Arguments said) throws Failure {
    Optional<ProjectId> to = said.get(TO);
    if (to.isPresent() == said.has(ROOT)) {
      throw Failure.usage("BAD_REQUEST", "Either --to or --root says where it is to go.");
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("parent", to.map(ProjectId::value).orElse(null));
    body.put("dry_run", said.has(Verb.DRY_RUN));
    said.get(Verb.REASON).ifPresent(reason -> body.put("reason", reason));
    ApiPath path = ApiPath.of("projects", said.need(PROJECT), "move");
    TreeChanges.print(session, session.api().post(path, JsonText.line(new Node(body))));
  }

  private static void delete(Session session, Arguments said) throws Failure {
    ProjectId project = said.need(PROJECT);
    session.confirm(said, () -> List.of("Project " + project + " and its limits will be gone."));
    session.api().delete(path(said));
    session.terminal().say("Deleted project " + project + '.');
  }
}
