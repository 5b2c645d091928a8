package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.placement.Request;
import ostler.allocator.engine.placement.Verdicts;
import ostler.allocator.store.FilterDesk;
import ostler.allocator.store.FilterDesk.Filtered;
import ostler.flavor.AliasName;

/** One call for all hosts that a scheduler thinks of. */
@RestController
@Tag(name = "placement")
public final class FilterCalls {

  static final String PATH = "/v1/filter";
  static final int MAX_HOSTS = 10_000;

  private static final int MAX_NAME_CHARS = 253;

  private final FilterDesk filterDesk;

  public FilterCalls(FilterDesk filterDesk) {
    this.filterDesk = filterDesk;
  }

  /** So many units of one alias. */
  public record PartView(String alias, Integer count) {}

  /**
   * What is asked of which hosts.
   *
   * @param parts all to be found on one host
   * @param numa absent for a machine without a NUMA topology
   */
  public record FilterRequest(List<PartView> parts, GuestView numa, List<String> hosts) {}

  /**
   * The answer in few bytes: lists with one element for each host that was asked about, in the
   * order in which they were named.
   *
   * @param ageMs how old the picture of the fleet is
   * @param passed how many hosts can
   * @param score how well each host would do, the best the highest; 0 where it cannot
   * @param code for each host the place in {@code codes} of why it cannot; -1 where it can
   * @param codes the codes that came up
   */
  public record FilterAnswer(
      long ageMs, int passed, List<Integer> score, List<Integer> code, List<Code> codes) {

    private static final int PASSES = -1;

    static FilterAnswer of(Filtered filtered) {
      Verdicts verdicts = filtered.verdicts();
      Map<Code, Integer> places = new LinkedHashMap<>();
      List<Integer> score = new ArrayList<>(verdicts.size());
      List<Integer> code = new ArrayList<>(verdicts.size());
      for (int host = 0; host < verdicts.size(); host++) {
        score.add(verdicts.score(host));
        code.add(
            verdicts
                .code(host)
                .map(why -> places.computeIfAbsent(why, added -> places.size()))
                .orElse(PASSES));
      }
      return new FilterAnswer(
          filtered.age().toMillis(), verdicts.passed(), score, code, List.copyOf(places.keySet()));
    }
  }

  @PostMapping(PATH)
  FilterAnswer filter(@RequestBody FilterRequest body) {
    return FilterAnswer.of(
        RefusedCall.unlessDone(
            filterDesk.filter(
                parts(body.parts()), GuestView.parse("numa", body.numa()), hosts(body.hosts()))));
  }

  private static List<Part> parts(List<PartView> said) {
    List<PartView> views = Door.required("parts", said);
    if (views.isEmpty() || views.size() > Request.MAX_NEEDS) {
      throw new BadInput("parts", "are 1 to " + Request.MAX_NEEDS);
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < views.size(); i++) {
      String field = "parts[" + i + "]";
      PartView view = Door.required(field, views.get(i));
      AliasName alias =
          Door.parse(
              field + ".alias", Door.required(field + ".alias", view.alias()), AliasName::new);
      parts.add(part(field, alias, view.count() == null ? 1 : view.count()));
    }
    return parts;
  }

  private static Part part(String field, AliasName alias, int count) {
    try {
      return new Part(alias, count);
    } catch (IllegalArgumentException e) {
      throw new BadInput(field + ".count", e.getMessage());
    }
  }

  /** Who is not known is told so; what cannot be a name is refused. */
  private static List<String> hosts(List<String> said) {
    List<String> hosts = Door.required("hosts", said);
    if (hosts.size() > MAX_HOSTS) {
      throw new BadInput("hosts", "are at most " + MAX_HOSTS);
    }
    for (int i = 0; i < hosts.size(); i++) {
      String name = hosts.get(i);
      if (name == null || name.isEmpty() || name.length() > MAX_NAME_CHARS) {
        throw new BadInput("hosts[" + i + "]", "is a name of 1 to " + MAX_NAME_CHARS);
      }
    }
    return hosts;
  }
}
