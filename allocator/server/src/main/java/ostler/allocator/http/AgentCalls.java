package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Host.Warning;
import ostler.allocator.engine.Outcome;
import ostler.allocator.store.HostDesk;
import ostler.allocator.store.ReportDesk;
import ostler.allocator.store.StartDesk;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.HostReport;
import ostler.inventory.JoinAnswer;
import ostler.inventory.JoinRequest;
import ostler.inventory.ReportJson;
import ostler.inventory.StartRequest;
import ostler.wire.WireException;

/** The calls of agents; their documents are read and written by the same code on both sides. */
@RestController
@Tag(name = "agents")
public final class AgentCalls {

  private static final int MAX_WAIT_SECONDS = 60;
  private static final int MAX_WARNINGS = 100;

  private final HostDesk hostDesk;
  private final ReportDesk reportDesk;
  private final StartDesk startDesk;
  private final DesiredWatch watch;

  public AgentCalls(
      HostDesk hostDesk, ReportDesk reportDesk, StartDesk startDesk, DesiredWatch watch) {
    this.hostDesk = hostDesk;
    this.reportDesk = reportDesk;
    this.startDesk = startDesk;
    this.watch = watch;
  }

  @PostMapping(path = "/v1/hosts/{host}/join", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<String> join(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody byte[] body) {
    HostName name = HostCalls.name(host);
    HostDesk.Joined joined =
        RefusedCall.unlessDone(
            hostDesk.join(name, read(() -> JoinRequest.read(body)), caller.origin()));
    return json(HttpStatus.CREATED, new JoinAnswer(joined.credential(), joined.epoch()).toJson());
  }

  @PutMapping(path = "/v1/hosts/{host}/observed", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<String> observed(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestHeader(name = HttpHeaders.DATE, required = false) Instant sent,
      @RequestBody byte[] body) {
    HostName name = ownHost(caller, host);
    List<Warning> refused = new ArrayList<>();
    HostReport report =
        read(
            () ->
                ReportJson.read(
                    body,
                    e -> {
                      if (refused.size() < MAX_WARNINGS) {
                        refused.add(new Warning(e.path(), e.rule()));
                      }
                    }));
    if (!report.host().equals(name)) {
      throw new BadInput("host", "is not the one in the path, " + name);
    }
    if (report.inventory().filter(shown -> !shown.host().equals(name)).isPresent()) {
      throw new BadInput("inventory.host", "is not the one in the path, " + name);
    }
    ReportDesk.Delivery delivery =
        new ReportDesk.Delivery(report, refused, Optional.ofNullable(sent));
    return json(
        HttpStatus.OK,
        ReportJson.writeAnswer(
            RefusedCall.unlessDone(reportDesk.take(name, delivery, caller.origin()))));
  }

  @GetMapping("/v1/hosts/{host}/desired")
  DeferredResult<ResponseEntity<String>> desired(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestParam(defaultValue = "-1") long after,
      @RequestParam(defaultValue = "0") int wait) {
    if (wait < 0 || wait > MAX_WAIT_SECONDS) {
      throw new BadInput("wait", "is 0 to " + MAX_WAIT_SECONDS + " seconds");
    }
    return watch.await(ownHost(caller, host), after, Duration.ofSeconds(wait));
  }

  /** A machine is about to start on the host with devices that Nova chose. */
  @PostMapping(path = "/v1/hosts/{host}/starts", consumes = MediaType.APPLICATION_JSON_VALUE)
  StartedView start(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody byte[] body) {
    HostName name = ownHost(caller, host);
    StartRequest start = read(() -> StartRequest.read(body));
    Door.uuid("consumer.id", start.consumer().id());
    Claim claim = RefusedCall.unlessDone(startDesk.start(name, start, caller.origin())).claim();
    return new StartedView(claim.id(), claim.state());
  }

  /**
   * The claim of a machine that is about to start.
   *
   * @param state the machine may start once its host has been told that the claim is READY
   */
  public record StartedView(ClaimId claim, ClaimState state) {}

  /**
   * Claims of machines that a host knows no more.
   *
   * @param claims at most 1,000
   */
  public record GoneRequest(List<String> claims) {
    private static final int MAX_CLAIMS = 1000;

    List<ClaimId> parse() {
      List<String> all = Door.required("claims", claims);
      if (all.size() > MAX_CLAIMS) {
        throw new BadInput("claims", "are at most " + MAX_CLAIMS);
      }
      return all.stream().map(one -> Door.parse("claims", one, ClaimId::parse)).toList();
    }
  }

  /** Those of the claims that are released because of it. */
  public record GoneView(List<ClaimId> claims) {}

  /** Machines of Nova's are gone from the host for good, and what they had comes back. */
  @PostMapping("/v1/hosts/{host}/gone")
  GoneView gone(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody GoneRequest body) {
    HostName name = ownHost(caller, host);
    return new GoneView(startDesk.gone(name, body.parse(), caller.origin()));
  }

  static ResponseEntity<String> json(HttpStatus status, String document) {
    return ResponseEntity.status(status).contentType(MediaType.APPLICATION_JSON).body(document);
  }

  private interface Reading<T> {
    T read() throws WireException;
  }

  private static <T> T read(Reading<T> reading) {
    try {
      return reading.read();
    } catch (WireException e) {
      throw new BadInput(e.path().isEmpty() ? "body" : e.path(), e.rule());
    }
  }

  private static HostName ownHost(Caller caller, String host) {
    HostName name = HostCalls.name(host);
    return RefusedCall.unlessDone(
        caller.host().equals(Optional.of(name))
            ? Outcome.done(name)
            : Outcome.refused(
                Code.FORBIDDEN, "the agent of " + caller.name() + " speaks for its own host only"));
  }
}
