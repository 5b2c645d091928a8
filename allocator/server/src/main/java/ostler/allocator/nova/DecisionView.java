package ostler.allocator.nova;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.nova.Finding;
import ostler.allocator.engine.nova.NovaDecision;
import ostler.allocator.http.Door;
import ostler.inventory.UnitId;

/**
 * What was decided, with sentences.
 *
 * @param mode in shadow mode Nova was told that every host passes, whatever stands here
 */
@Schema(name = "NovaDecision")
public record DecisionView(
    String decisionId,
    Instant at,
    String mode,
    String instanceUuid,
    String projectId,
    String intent,
    boolean ours,
    List<HostView> hosts) {

  /**
   * What was found of a host.
   *
   * @param pass whether it can, and whether Nova was told so in enforce mode
   * @param code why it cannot; absent where it can, as {@code sentence}
   * @param units that Ostler would choose; Nova may choose others
   */
  @Schema(name = "NovaDecisionHost")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record HostView(
      String host, boolean pass, int score, Code code, String sentence, List<String> units) {

    static HostView of(Finding finding) {
      return new HostView(
          finding.host(),
          finding.against().isEmpty(),
          finding.score(),
          finding.against().map(Reason::code).orElse(null),
          finding.against().map(Reason::message).orElse(null),
          finding.units().stream().map(UnitId::toString).toList());
    }
  }

  static DecisionView of(NovaDecision decision) {
    return new DecisionView(
        decision.id().toString(),
        decision.at(),
        Door.lower(decision.mode()),
        decision.instance().toString(),
        decision.project().value(),
        Door.lower(decision.intent()),
        decision.isOurs(),
        decision.judgement().findings().stream().map(HostView::of).toList());
  }
}
