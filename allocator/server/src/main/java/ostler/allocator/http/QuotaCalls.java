package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.Outcome;
import ostler.allocator.quota.Demand;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.Wish;
import ostler.allocator.store.Desk;
import ostler.allocator.store.QuotaDesk;
import ostler.allocator.store.TreeDesk;
import ostler.flavor.AliasName;
import ostler.inventory.ProjectId;

/** Limits, why they say what they say, and whether they count right. */
@RestController
@Tag(name = "quota")
public final class QuotaCalls {

  private final Desk desk;
  private final TreeDesk treeDesk;
  private final QuotaDesk quotaDesk;

  public QuotaCalls(Desk desk, TreeDesk treeDesk, QuotaDesk quotaDesk) {
    this.desk = desk;
    this.treeDesk = treeDesk;
    this.quotaDesk = quotaDesk;
  }

  /** Limits by key; null takes a limit away, and what is not named stays. */
  public record LimitsRequest(Map<String, Long> limits, String reason) {}

  /**
   * What might be asked for: so many units of an alias, or amounts by key.
   *
   * @param count 1 where it is not said
   */
  public record ExplainRequest(String alias, Integer count, Map<String, Long> amounts) {}

  /** Why the counters are to be set right. */
  public record FixRequest(String reason) {}

  @GetMapping("/v1/projects/{id}/quota")
  QuotaView showQuota(@RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
    ProjectId project = ProjectCalls.seen(desk, caller, id);
    Sight sight = Sight.of(desk, caller, project);
    return QuotaView.of(project, RefusedCall.unlessDone(quotaDesk.show(project)), sight);
  }

  @PutMapping("/v1/projects/{id}/quota")
  QuotaView setQuota(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody LimitsRequest body) {
    ProjectId project = ProjectCalls.projectId(id);
    Map<String, Long> limits = Door.required("limits", body.limits());
    if (limits.isEmpty()) {
      throw new BadInput("limits", "are 1 or more");
    }
    Wish wish = ProjectCalls.limited(Wish.of(project), "limits", limits);
    RefusedCall.unlessDone(
        known(project)
            .then(
                there ->
                    treeDesk.apply(
                        List.of(wish), caller.origin(Door.optionalReason(body.reason())))));
    return showQuota(caller, id);
  }

  @GetMapping("/v1/projects/{id}/quota/explain")
  ExplanationView explainAlias(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestParam String alias,
      @RequestParam(required = false) Integer count) {
    return explain(caller, id, new ExplainRequest(alias, count, null));
  }

  @PostMapping("/v1/projects/{id}/quota/explain")
  ExplanationView explainAmounts(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody ExplainRequest body) {
    return explain(caller, id, body);
  }

  @GetMapping("/v1/quota/verify")
  DriftView verify() {
    return DriftView.of(quotaDesk.verify(), false);
  }

  @PostMapping("/v1/quota/fix")
  DriftView fix(@RequestAttribute(Caller.ATTRIBUTE) Caller caller, @RequestBody FixRequest body) {
    return DriftView.of(
        RefusedCall.unlessDone(quotaDesk.fix(caller.origin(Door.reason(body.reason())))), true);
  }

  private ExplanationView explain(Caller caller, String id, ExplainRequest asked) {
    ProjectId project = ProjectCalls.seen(desk, caller, id);
    Sight sight = Sight.of(desk, caller, project);
    return ExplanationView.of(
        project,
        RefusedCall.unlessDone(demand(asked).then(demand -> quotaDesk.explain(project, demand))),
        sight);
  }

  private Outcome<Demand> demand(ExplainRequest asked) {
    if ((asked.alias() == null) == (asked.amounts() == null)) {
      throw new BadInput("alias", "or amounts is given, and not both");
    }
    if (asked.amounts() != null) {
      return Outcome.done(demand(asked.amounts()));
    }
    int count = asked.count() == null ? 1 : asked.count();
    if (count < 1 || count > ClaimRequest.MAX_COUNT) {
      throw new BadInput("count", "is 1 to " + ClaimRequest.MAX_COUNT);
    }
    return quotaDesk.demand(Door.parse("alias", asked.alias(), AliasName::new), count);
  }

  private static Demand demand(Map<String, Long> amounts) {
    Map<ResourceKey, Long> parsed = new TreeMap<>();
    amounts.forEach(
        (key, amount) ->
            parsed.put(
                Door.parse("amounts." + key, key, ResourceKey::new),
                Door.required("amounts." + key, amount)));
    if (parsed.isEmpty()) {
      throw new BadInput("amounts", "are 1 or more");
    }
    return Door.parse("amounts", "", nothing -> Demand.of(parsed));
  }

  private Outcome<ProjectId> known(ProjectId id) {
    return desk.read(() -> desk.projects().find(id))
        .map(there -> Outcome.done(id))
        .orElseGet(() -> TreeDesk.unknown(id));
  }

  /** How far up the tree somebody may see: a tenant no further than to its own project. */
  record Sight(Optional<ProjectId> top, List<ProjectId> visible) {

    static Sight of(Desk desk, Caller caller, ProjectId leaf) {
      return new Sight(
          caller.project(),
          caller
              .project()
              .map(top -> desk.read(() -> desk.projects().path(leaf, top)))
              .orElse(List.of()));
    }

    boolean sees(ProjectId node) {
      return top.isEmpty() || visible.contains(node);
    }
  }
}
