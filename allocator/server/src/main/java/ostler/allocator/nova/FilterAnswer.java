package ostler.allocator.nova;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Hold;
import ostler.allocator.engine.nova.Judgement;
import ostler.allocator.engine.nova.NovaDecision;
import ostler.allocator.http.Door;

/**
 * The short answer, {@code flavor-sync/nova/schema/filter-answer.json}: every host that was asked
 * about once, in the order in which they were named.
 *
 * @param mode {@code enforce}, or {@code shadow}, in which every host passes
 * @param ours whether anything that Ostler hands out is asked for
 * @param hold the promise to the instance; null where none was made
 */
@Schema(name = "NovaFilterAnswer")
public record FilterAnswer(
    int version,
    String decisionId,
    String mode,
    boolean ours,
    @JsonInclude(JsonInclude.Include.ALWAYS) HoldView hold,
    List<HostAnswer> hosts) {

  /** A promise, which the claim for the instance makes use of. */
  @Schema(name = "NovaHold")
  public record HoldView(String id, Instant expiresAt) {
    static HoldView of(Hold hold) {
      return new HoldView(hold.id().toString(), hold.expires());
    }
  }

  /**
   * What became of a host.
   *
   * @param score how well it would do beside the others, the best 100; 0 where it cannot
   * @param code why it does not pass
   * @param candidates those of its allocation candidates that are left; absent where none were
   *     named, or where it does not pass
   */
  @Schema(name = "NovaHostAnswer")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record HostAnswer(
      String host, boolean pass, int score, Code code, List<String> candidates) {}

  static FilterAnswer of(NovaDecision decision, FilterRequest asked) {
    List<HostAnswer> hosts = new ArrayList<>(asked.hosts().size());
    for (int i = 0; i < asked.hosts().size(); i++) {
      hosts.add(answer(decision, i, asked.hosts().get(i)));
    }
    return new FilterAnswer(
        FilterRequest.VERSION,
        decision.id().toString(),
        Door.lower(decision.mode()),
        decision.isOurs(),
        decision.hold().map(HoldView::of).orElse(null),
        hosts);
  }

  private static HostAnswer answer(
      NovaDecision decision, int at, FilterRequest.HostQuestion asked) {
    Judgement judgement = decision.judgement();
    boolean passes = decision.passes(at);
    return new HostAnswer(
        asked.host(),
        passes,
        judgement.score(at),
        passes ? null : judgement.code(at).orElseThrow(),
        passes && asked.candidates() != null ? left(decision, at, asked.candidates()) : null);
  }

  private static List<String> left(
      NovaDecision decision, int at, List<FilterRequest.Candidate> named) {
    return IntStream.range(0, named.size())
        .filter(way -> decision.isLeft(at, way))
        .mapToObj(way -> named.get(way).id())
        .toList();
  }
}
