package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
import ostler.allocator.engine.Outcome;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.store.CatalogDesk;
import ostler.allocator.store.CatalogDesk.Resolution;
import ostler.allocator.store.Desk;
import ostler.allocator.store.Policy;
import ostler.allocator.store.Projects.Project;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.inventory.ProjectId;
import ostler.inventory.WipeLevel;

/** Aliases, projects and limits. */
@RestController
@Tag(name = "catalog")
public final class CatalogCalls {

  private static final int MAX_NAME_CHARS = 255;
  private static final int MAX_LIMITS = 1000;

  private final Desk desk;
  private final CatalogDesk catalogDesk;

  public CatalogCalls(Desk desk, CatalogDesk catalogDesk) {
    this.desk = desk;
    this.catalogDesk = catalogDesk;
  }

  /** An alias as it comes and goes; its name may be left to the path. */
  public record AliasView(String name, RuleView rule, String level) {
    static AliasView of(Alias alias) {
      return new AliasView(alias.name().value(), RuleView.of(alias.rule()), alias.level().name());
    }
  }

  /** What an alias means now. */
  public record ResolutionView(
      String alias, int candidates, int available, List<CandidateView> units) {

    /** One unit that it means. */
    public record CandidateView(String unit, String host, boolean available, ReasonView why) {}

    static ResolutionView of(Resolution resolution) {
      List<CandidateView> units =
          resolution.candidates().stream()
              .map(
                  candidate ->
                      new CandidateView(
                          candidate.unit().id().toString(),
                          candidate.unit().host().value(),
                          candidate.why().isEmpty(),
                          ReasonView.of(candidate.why())))
              .toList();
      return new ResolutionView(
          resolution.alias().name().value(),
          units.size(),
          (int) units.stream().filter(CandidateView::available).count(),
          units);
    }
  }

  /** A project as it comes and goes; its id may be left to the path. */
  public record ProjectView(String id, String name) {
    static ProjectView of(Project project) {
      return new ProjectView(project.id().value(), project.name());
    }
  }

  /** Limits by key; null takes a limit away, and what is not named stays. */
  public record LimitsRequest(Map<String, Long> limits) {}

  /** A project's limits and what is used of them. */
  public record QuotaView(String project, List<LimitView> limits) {

    /** One of them. */
    public record LimitView(String key, Long limit, long used) {}

    static QuotaView of(ProjectId project, List<Quota> quotas) {
      return new QuotaView(
          project.value(),
          quotas.stream()
              .map(q -> new LimitView(q.key().value(), q.limit().orElse(null), q.used()))
              .toList());
    }
  }

  @GetMapping("/v1/aliases")
  Listing<AliasView> listAliases(
      @RequestParam(required = false) Integer limit,
      @RequestParam(required = false) String marker) {
    int most = Door.limit(limit);
    return desk.read(
        () ->
            Listing.of(
                desk.aliases().after(marker == null ? "" : marker, most),
                most,
                AliasView::of,
                Alias::name));
  }

  @GetMapping("/v1/aliases/{name}")
  AliasView showAlias(@PathVariable String name) {
    AliasName wanted = aliasName(name);
    return AliasView.of(
        RefusedCall.unlessDone(
            desk.read(() -> desk.aliases().find(wanted))
                .map(Outcome::done)
                .orElseGet(() -> CatalogDesk.unknown(wanted))));
  }

  @PutMapping("/v1/aliases/{name}")
  AliasView setAlias(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String name,
      @RequestBody AliasView body) {
    sameAsPath("name", body.name(), name);
    WipeLevel level =
        Optional.ofNullable(body.level())
            .map(text -> Door.choice("level", text, WipeLevel.class))
            .orElse(Policy.WHOLE_UNITS);
    Alias alias = new Alias(aliasName(name), Door.required("rule", body.rule()).parse(), level);
    return AliasView.of(RefusedCall.unlessDone(catalogDesk.save(alias, caller.origin())));
  }

  @DeleteMapping("/v1/aliases/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void deleteAlias(@RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String name) {
    RefusedCall.unlessDone(catalogDesk.delete(aliasName(name), caller.origin()));
  }

  @PostMapping("/v1/aliases/{name}/resolve")
  ResolutionView resolveAlias(@PathVariable String name) {
    return ResolutionView.of(RefusedCall.unlessDone(catalogDesk.resolve(aliasName(name))));
  }

  @GetMapping("/v1/projects")
  Listing<ProjectView> listProjects(
      @RequestParam(required = false) Integer limit,
      @RequestParam(required = false) String marker) {
    int most = Door.limit(limit);
    return desk.read(
        () ->
            Listing.of(
                desk.projects().after(marker == null ? "" : marker, most),
                most,
                ProjectView::of,
                Project::id));
  }

  @GetMapping("/v1/projects/{id}")
  ProjectView showProject(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
    ProjectId wanted = own(caller, id);
    return ProjectView.of(
        RefusedCall.unlessDone(
            desk.read(() -> desk.projects().find(wanted))
                .map(Outcome::done)
                .orElseGet(() -> CatalogDesk.unknown(wanted))));
  }

  @PutMapping("/v1/projects/{id}")
  ProjectView setProject(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody ProjectView body) {
    sameAsPath("id", body.id(), id);
    String name = body.name() == null ? id : body.name();
    if (name.isBlank() || name.length() > MAX_NAME_CHARS) {
      throw new BadInput("name", "is 1 to " + MAX_NAME_CHARS + " characters");
    }
    Project project = new Project(projectId(id), name);
    return ProjectView.of(RefusedCall.unlessDone(catalogDesk.save(project, caller.origin())));
  }

  @GetMapping("/v1/projects/{id}/quota")
  QuotaView showQuota(@RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
    ProjectId wanted = own(caller, id);
    return QuotaView.of(wanted, RefusedCall.unlessDone(catalogDesk.limits(wanted)));
  }

  @PutMapping("/v1/projects/{id}/quota")
  QuotaView setQuota(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody LimitsRequest body) {
    ProjectId project = projectId(id);
    return QuotaView.of(
        project,
        RefusedCall.unlessDone(catalogDesk.setLimits(project, limits(body), caller.origin())));
  }

  private static SortedMap<ResourceKey, Optional<Long>> limits(LimitsRequest body) {
    Map<String, Long> asked = Door.required("limits", body.limits());
    if (asked.isEmpty() || asked.size() > MAX_LIMITS) {
      throw new BadInput("limits", "are 1 to " + MAX_LIMITS);
    }
    SortedMap<ResourceKey, Optional<Long>> limits = new TreeMap<>();
    asked.forEach(
        (key, limit) -> {
          if (limit != null && limit < 0) {
            throw new BadInput("limits." + key, "is 0 or more");
          }
          limits.put(
              Door.parse("limits." + key, key, ResourceKey::new), Optional.ofNullable(limit));
        });
    return limits;
  }

  /** To a tenant another project is as one that is not there. */
  private static ProjectId own(Caller caller, String id) {
    return RefusedCall.unlessDone(caller.own(projectId(id)));
  }

  private static void sameAsPath(String field, String inBody, String inPath) {
    if (inBody != null && !inBody.equals(inPath)) {
      throw new BadInput(field, "is not the one in the path, " + inPath);
    }
  }

  private static AliasName aliasName(String text) {
    return Door.parse("name", text, AliasName::new);
  }

  private static ProjectId projectId(String text) {
    return Door.parse("id", text, ProjectId::new);
  }
}
