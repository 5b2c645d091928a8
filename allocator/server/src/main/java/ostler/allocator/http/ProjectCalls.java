package ostler.allocator.http;

import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.Project;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.Wish;
import ostler.allocator.store.Desk;
import ostler.allocator.store.QuotaDesk;
import ostler.allocator.store.TreeDesk;
import ostler.inventory.ProjectId;
import tools.jackson.databind.JsonNode;

/** Projects, one by one or as a whole tree. */
@RestController
@Tag(name = "projects")
public final class ProjectCalls {

  private static final int MAX_NAME_CHARS = 255;
  private static final int MAX_LIMITS = 1000;

  private final Desk desk;
  private final TreeDesk treeDesk;
  private final QuotaDesk quotaDesk;

  public ProjectCalls(Desk desk, TreeDesk treeDesk, QuotaDesk quotaDesk) {
    this.desk = desk;
    this.treeDesk = treeDesk;
    this.quotaDesk = quotaDesk;
  }

  /**
   * A project as it comes and goes; its id may be left to the path.
   *
   * @param parent null for a root, and for one whose parent is not to be known; where it is sent,
   *     null leaves the project where it is
   */
  public record ProjectView(String id, String name, String parent) {
    static ProjectView of(Caller caller, Project project) {
      boolean top = caller.project().equals(Optional.of(project.id()));
      return new ProjectView(
          project.id().value(),
          project.name(),
          top ? null : project.parent().map(ProjectId::value).orElse(null));
    }
  }

  /**
   * Where a project is to go.
   *
   * @param parent null for a root; it is said in any case
   * @param dryRun only to say what would happen
   */
  public record MoveRequest(
      @Schema(type = "string", nullable = true) JsonNode parent, Boolean dryRun, String reason) {}

  /**
   * A project of a tree. What is left out stays as it is.
   *
   * @param parent null makes it a root
   * @param limits by key; null takes one away, and what is not named stays
   */
  public record NodeView(
      String id,
      String name,
      @Schema(type = "string", nullable = true) JsonNode parent,
      Map<String, Long> limits) {

    Wish parse(int place) {
      String field = "projects[" + place + "].";
      Wish wish =
          Wish.of(Door.parse(field + "id", Door.required(field + "id", id), ProjectId::new));
      if (name != null) {
        wish = wish.named(ProjectCalls.name(field + "name", name));
      }
      if (parent != null) {
        wish = wish.under(ProjectCalls.under(field + "parent", parent));
      }
      return limited(wish, field + "limits", limits == null ? Map.of() : limits);
    }
  }

  /** A tree as it is. */
  public record TreeView(List<TreeNode> projects) {

    /** One of its projects. */
    public record TreeNode(String id, String name, String parent, Map<String, Long> limits) {
      static TreeNode of(QuotaDesk.Node node) {
        Map<String, Long> limits = new TreeMap<>();
        node.limits()
            .forEach(
                quota ->
                    quota
                        .limit()
                        .ifPresent(limit -> limits.put(quota.key().value(), limit.value())));
        return new TreeNode(
            node.project().id().value(),
            node.project().name(),
            node.project().parent().map(ProjectId::value).orElse(null),
            limits);
      }
    }
  }

  /** How a tree is to be; all of it at once, or nothing. */
  public record TreeRequest(List<NodeView> projects, Boolean dryRun, String reason) {}

  @GetMapping("/v1/projects")
  Listing<ProjectView> listProjects(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @RequestParam(required = false) Integer limit,
      @RequestParam(required = false) String marker) {
    int most = Door.limit(limit);
    String after = Door.nameMarker(marker);
    return desk.read(
        () ->
            Listing.of(
                caller
                    .project()
                    .map(own -> desk.projects().within(own, after, most))
                    .orElseGet(() -> desk.projects().after(after, most)),
                most,
                project -> ProjectView.of(caller, project),
                Project::id));
  }

  @GetMapping("/v1/projects/{id}")
  ProjectView showProject(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
    ProjectId wanted = seen(desk, caller, id);
    return ProjectView.of(
        caller,
        RefusedCall.unlessDone(
            desk.read(() -> desk.projects().find(wanted))
                .map(Outcome::done)
                .orElseGet(() -> TreeDesk.unknown(wanted))));
  }

  @PutMapping("/v1/projects/{id}")
  ProjectView setProject(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody ProjectView body) {
    Door.sameAsPath("id", body.id(), id);
    Wish wish = Wish.of(projectId(id));
    if (body.name() != null) {
      wish = wish.named(name("name", body.name()));
    }
    if (body.parent() != null) {
      wish = wish.under(Door.parse("parent", body.parent(), ProjectId::new));
    }
    RefusedCall.unlessDone(treeDesk.apply(List.of(wish), caller.origin()));
    return showProject(caller, id);
  }

  @PostMapping("/v1/projects/{id}/move")
  ChangesView moveProject(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody MoveRequest body) {
    ProjectId project = projectId(id);
    RefusedCall.unlessDone(known(project));
    if (body.parent() == null) {
      throw new BadInput("parent", "is missing; null makes the project a root");
    }
    Wish wish = Wish.of(project).under(under("parent", body.parent()));
    Origin origin = caller.origin(Door.optionalReason(body.reason()));
    return apply(List.of(wish), body.dryRun(), origin);
  }

  @DeleteMapping("/v1/projects/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void deleteProject(@RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
    RefusedCall.unlessDone(treeDesk.delete(projectId(id), caller.origin()));
  }

  @GetMapping("/v1/quota/tree")
  TreeView showTree() {
    return new TreeView(quotaDesk.tree().stream().map(TreeView.TreeNode::of).toList());
  }

  @PostMapping("/v1/quota/tree")
  ChangesView setTree(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @RequestBody TreeRequest body) {
    List<NodeView> nodes = Door.required("projects", body.projects());
    if (nodes.isEmpty() || nodes.size() > TreeDesk.MAX_WISHES) {
      throw new BadInput("projects", "are 1 to " + TreeDesk.MAX_WISHES);
    }
    List<Wish> wishes =
        IntStream.range(0, nodes.size())
            .mapToObj(i -> Door.required("projects[" + i + "]", nodes.get(i)).parse(i))
            .toList();
    return apply(wishes, body.dryRun(), caller.origin(Door.optionalReason(body.reason())));
  }

  private ChangesView apply(List<Wish> wishes, Boolean dryRun, Origin origin) {
    boolean dry = Boolean.TRUE.equals(dryRun);
    return ChangesView.of(
        dry,
        RefusedCall.unlessDone(dry ? treeDesk.rehearse(wishes) : treeDesk.apply(wishes, origin)));
  }

  private Outcome<Project> known(ProjectId id) {
    return desk.read(() -> desk.projects().find(id))
        .map(Outcome::done)
        .orElseGet(() -> TreeDesk.unknown(id));
  }

  private static Wish.Under under(String field, JsonNode parent) {
    if (parent.isNull()) {
      return Wish.Under.NOTHING;
    }
    if (!parent.isString()) {
      throw new BadInput(field, "is a project's id, or null for none");
    }
    return new Wish.Under(Optional.of(Door.parse(field, parent.stringValue(), ProjectId::new)));
  }

  /** Limits by key, as they come. */
  static Wish limited(Wish wish, String field, Map<String, Long> limits) {
    if (limits.size() > MAX_LIMITS) {
      throw new BadInput(field, "are at most " + MAX_LIMITS);
    }
    Wish limited = wish;
    for (Map.Entry<String, Long> limit : new TreeMap<>(limits).entrySet()) {
      String key = field + "." + limit.getKey();
      ResourceKey parsed = Door.parse(key, limit.getKey(), ResourceKey::new);
      limited =
          limit.getValue() == null
              ? limited.unset(parsed)
              : limited.limited(parsed, limit(key, limit.getValue()));
    }
    return limited;
  }

  private static Limit limit(String field, long value) {
    try {
      return new Limit(value);
    } catch (IllegalArgumentException e) {
      throw new BadInput(field, e.getMessage());
    }
  }

  /** A project that the caller may see: to a tenant any other is as one that is not there. */
  static ProjectId seen(Desk desk, Caller caller, String id) {
    ProjectId wanted = projectId(id);
    boolean within =
        caller
            .project()
            .map(
                own -> own.equals(wanted) || desk.read(() -> desk.projects().isWithin(wanted, own)))
            .orElse(true);
    return within ? wanted : RefusedCall.unlessDone(caller.own(wanted));
  }

  static ProjectId projectId(String text) {
    return Door.parse("id", text, ProjectId::new);
  }

  private static String name(String field, String text) {
    if (text.isBlank() || text.length() > MAX_NAME_CHARS) {
      throw new BadInput(field, "is 1 to " + MAX_NAME_CHARS + " characters");
    }
    return text;
  }
}
