package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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
import ostler.allocator.engine.placement.Request;
import ostler.allocator.store.AliasDesk;
import ostler.allocator.store.AliasDesk.Resolution;
import ostler.allocator.store.Desk;
import ostler.allocator.store.Policy;
import ostler.flavor.Alias;
import ostler.flavor.Alias.Wishes;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.Contradiction;
import ostler.flavor.ReleaseAt;
import ostler.flavor.Topology;
import ostler.flavor.UnitShape;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.SliceTypeName;

/** Aliases, and what they mean. */
@RestController
@Tag(name = "catalog")
public final class AliasCalls {

  private final Desk desk;
  private final AliasDesk aliasDesk;

  public AliasCalls(Desk desk, AliasDesk aliasDesk) {
    this.desk = desk;
    this.aliasDesk = aliasDesk;
  }

  /**
   * An alias as it comes and goes; its name may be left to the path.
   *
   * @param rule the first and best alternative
   * @param alternatives the others, in order
   * @param topology how the units of one request must lie to each other, null where as they like
   * @param hosts which of the hosts that could serve a request is the better one
   * @param releaseAt when a unit given back no longer counts against quota: detach or clean
   */
  public record AliasView(
      String name,
      AliasRuleView rule,
      String level,
      List<AliasRuleView> alternatives,
      String numa,
      String topology,
      String hosts,
      String releaseAt) {

    static AliasView of(Alias alias) {
      List<AliasRuleView> rules = alias.rules().stream().map(AliasRuleView::of).toList();
      return new AliasView(
          alias.name().value(),
          rules.get(0),
          alias.level().name(),
          rules.subList(1, rules.size()),
          Door.lower(alias.wishes().numa()),
          alias.wishes().topology().map(Door::lower).orElse(null),
          Door.lower(alias.wishes().hosts()),
          Door.lower(alias.releaseAt()));
    }

    Alias parse(AliasName of) {
      List<AliasRule> rules = new ArrayList<>();
      rules.add(Door.required("rule", rule).parse("rule"));
      List<AliasRuleView> more = alternatives == null ? List.of() : alternatives;
      for (int i = 0; i < more.size(); i++) {
        String field = "alternatives[" + i + "]";
        rules.add(Door.required(field, more.get(i)).parse(field));
      }
      try {
        return new Alias(
            of,
            rules,
            chosen("level", level, Policy.WHOLE_UNITS),
            wishes(),
            chosen("release_at", releaseAt, ReleaseAt.DETACH));
      } catch (Contradiction e) {
        throw new BadInput(e.field(), e.getMessage());
      }
    }

    private Wishes wishes() {
      return new Wishes(
          chosen("numa", numa, Wishes.NONE.numa()),
          Optional.ofNullable(topology).map(t -> Door.choice("topology", t, Topology.class)),
          chosen("hosts", hosts, Wishes.NONE.hosts()));
    }

    private static <E extends Enum<E>> E chosen(String field, String said, E unlessSaid) {
      return said == null ? unlessSaid : Door.choice(field, said, unlessSaid.getDeclaringClass());
    }
  }

  /**
   * For how many units on one host, and which hosts.
   *
   * @param count 1 where nothing is said
   * @param numa absent for a machine without a NUMA topology
   * @param hosts all where none is named, of which the first 1,000 are answered
   * @param project for which; a cut card serves one at a time
   */
  public record ResolveRequest(Integer count, GuestView numa, List<String> hosts, String project) {}

  /**
   * What an alias means now.
   *
   * @param shapes the units that it means, counted by what they are
   * @param unlike units that are made of what it means and are not meant, and why
   */
  public record ResolutionView(
      String alias,
      int candidates,
      int available,
      List<ShapeView> shapes,
      List<UnlikeView> unlike,
      List<CandidateView> units,
      List<JudgedView> hosts) {

    /**
     * One unit that it means.
     *
     * @param sliceType null for all but typed slices
     * @param servesOnly the project that alone may have it, since the slice's card serves it
     */
    public record CandidateView(
        String unit,
        String host,
        String kind,
        String sliceType,
        String servesOnly,
        boolean available,
        ReasonView why) {

      static CandidateView of(AliasDesk.Candidate candidate) {
        return new CandidateView(
            candidate.unit().id().toString(),
            candidate.unit().host().value(),
            candidate.shape().kind().toString(),
            typeOf(candidate.shape()),
            candidate.servesOnly().map(ProjectId::value).orElse(null),
            candidate.why().isEmpty(),
            ReasonView.of(candidate.why()));
      }
    }

    /**
     * Units that are alike.
     *
     * @param available how many could be given now
     */
    public record ShapeView(
        String kind, String sliceType, Long memoryMib, int candidates, int available) {

      static List<ShapeView> of(List<AliasDesk.Candidate> candidates) {
        Map<UnitShape, List<AliasDesk.Candidate>> byShape =
            candidates.stream()
                .collect(
                    Collectors.groupingBy(
                        AliasDesk.Candidate::shape, LinkedHashMap::new, Collectors.toList()));
        List<ShapeView> shapes = new ArrayList<>();
        byShape.forEach(
            (shape, alike) ->
                shapes.add(
                    new ShapeView(
                        shape.kind().toString(),
                        typeOf(shape),
                        memoryOf(shape),
                        alike.size(),
                        (int) alike.stream().filter(each -> each.why().isEmpty()).count())));
        return shapes;
      }
    }

    /** Units that are alike, and not what the alias asks for. */
    public record UnlikeView(
        String kind, String sliceType, Long memoryMib, int units, ReasonView why) {

      static UnlikeView of(AliasDesk.Unlike unlike) {
        return new UnlikeView(
            unlike.shape().kind().toString(),
            typeOf(unlike.shape()),
            memoryOf(unlike.shape()),
            unlike.units(),
            ReasonView.of(Optional.of(unlike.why())));
      }
    }

    private static String typeOf(UnitShape shape) {
      return shape.sliceType().map(SliceTypeName::value).orElse(null);
    }

    private static Long memoryOf(UnitShape shape) {
      return shape.memoryMib().isPresent() ? shape.memoryMib().getAsLong() : null;
    }

    /**
     * One host that was asked for units.
     *
     * @param score how well it would do, the best the highest; 0 where it cannot
     */
    public record JudgedView(String host, boolean pass, int score, ReasonView why) {
      static JudgedView of(AliasDesk.Judged judged) {
        return new JudgedView(
            judged.host().value(),
            judged.why().isEmpty(),
            judged.score(),
            ReasonView.of(judged.why()));
      }
    }

    static ResolutionView of(Resolution resolution) {
      List<CandidateView> units = resolution.candidates().stream().map(CandidateView::of).toList();
      return new ResolutionView(
          resolution.alias().name().value(),
          units.size(),
          (int) units.stream().filter(CandidateView::available).count(),
          ShapeView.of(resolution.candidates()),
          resolution.unlike().stream().map(UnlikeView::of).toList(),
          units,
          resolution.hosts().stream().map(JudgedView::of).toList());
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
                desk.aliases().after(Door.nameMarker(marker), most),
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
                .orElseGet(() -> AliasDesk.unknown(wanted))));
  }

  @PutMapping("/v1/aliases/{name}")
  AliasView setAlias(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String name,
      @RequestBody AliasView body) {
    Door.sameAsPath("name", body.name(), name);
    Alias alias = body.parse(aliasName(name));
    return AliasView.of(RefusedCall.unlessDone(aliasDesk.save(alias, caller.origin())));
  }

  @DeleteMapping("/v1/aliases/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void deleteAlias(@RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String name) {
    RefusedCall.unlessDone(aliasDesk.delete(aliasName(name), caller.origin()));
  }

  @PostMapping("/v1/aliases/{name}/resolve")
  ResolutionView resolveAlias(
      @PathVariable String name, @RequestBody(required = false) ResolveRequest body) {
    ResolveRequest asked = body == null ? new ResolveRequest(null, null, null, null) : body;
    int count = asked.count() == null ? 1 : asked.count();
    if (count < 1 || count > Request.MAX_COUNT) {
      throw new BadInput("count", "is 1 to " + Request.MAX_COUNT);
    }
    return ResolutionView.of(
        RefusedCall.unlessDone(
            aliasDesk.resolve(
                aliasName(name),
                count,
                GuestView.parse("numa", asked.numa()),
                hosts(asked.hosts()),
                Door.optional("project", asked.project(), ProjectId::new))));
  }

  private static List<HostName> hosts(List<String> said) {
    List<String> names = said == null ? List.of() : said;
    if (names.size() > FilterCalls.MAX_HOSTS) {
      throw new BadInput("hosts", "are at most " + FilterCalls.MAX_HOSTS);
    }
    List<HostName> hosts = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String field = "hosts[" + i + "]";
      hosts.add(Door.parse(field, Door.required(field, names.get(i)), HostName::new));
    }
    return hosts;
  }

  private static AliasName aliasName(String text) {
    return Door.parse("name", text, AliasName::new);
  }
}
