package ostler.allocator.nova;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.nova.NovaDecision;
import ostler.allocator.engine.nova.NovaMode;
import ostler.allocator.engine.nova.NovaRequest;
import ostler.allocator.http.Caller;
import ostler.allocator.http.Door;
import ostler.allocator.http.Gate;
import ostler.allocator.http.RefusedCall;
import ostler.allocator.store.NovaDesk;

/**
 * One call for all hosts that Nova's scheduler thinks of, and the sentences to its answer. It
 * promises units to instances of any project, so the scheduler's token is an operator's.
 */
@RestController
@Tag(name = "nova")
public final class NovaCalls {

  private static final Logger LOG = LoggerFactory.getLogger(NovaCalls.class);

  /** Everything else could write lines of its own into the log. */
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final NovaDesk novaDesk;

  public NovaCalls(NovaDesk novaDesk) {
    this.novaDesk = novaDesk;
  }

  @PostMapping(Gate.NOVA_FILTER)
  FilterAnswer filterForNova(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @RequestHeader(name = "X-Openstack-Request-Id", required = false) String openstackId,
      @RequestBody FilterRequest body) {
    NovaRequest request = body.parse();
    NovaDecision decision =
        RefusedCall.unlessDone(novaDesk.decide(request, caller.origin(reason(openstackId))));
    if (decision.isOurs()) {
      log(decision, reason(openstackId));
    }
    return FilterAnswer.of(decision, body);
  }

  @GetMapping("/v1/nova/decisions/{id}")
  DecisionView showDecision(@PathVariable String id) {
    UUID wanted = Door.uuid("id", id);
    return DecisionView.of(
        RefusedCall.unlessDone(
            novaDesk.find(wanted).map(Outcome::done).orElseGet(() -> NovaDesk.unknown(wanted))));
  }

  /** Nova's own id of the request goes with it into the audit. */
  private static String reason(String openstackId) {
    return openstackId != null && REQUEST_ID.matcher(openstackId).matches() ? openstackId : "";
  }

  private static void log(NovaDecision decision, String openstackId) {
    if (decision.mode() == NovaMode.SHADOW) {
      LOG.info(
          "shadow decision {} for instance {} {}: {}",
          decision.id(),
          decision.instance(),
          openstackId,
          decision.summary());
    } else {
      LOG.debug(
          "decision {} for instance {} {}: {}",
          decision.id(),
          decision.instance(),
          openstackId,
          decision.summary());
    }
  }
}
