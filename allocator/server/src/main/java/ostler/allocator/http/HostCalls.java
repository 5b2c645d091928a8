package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Outcome;
import ostler.allocator.store.Desk;
import ostler.allocator.store.HostDesk;
import ostler.inventory.HostName;

/** Hosts, for operators. */
@RestController
@Tag(name = "hosts")
public final class HostCalls {

  private final Desk desk;
  private final HostDesk hostDesk;
  private final Clock clock;

  public HostCalls(Desk desk, HostDesk hostDesk, Clock clock) {
    this.desk = desk;
    this.hostDesk = hostDesk;
    this.clock = clock;
  }

  /** What an operator carries to a host. */
  public record EnrollmentView(String host, String joinToken, Instant expires) {}

  @GetMapping("/v1/hosts")
  Listing<HostView> listHosts(
      @RequestParam(required = false) Integer limit,
      @RequestParam(required = false) String marker) {
    int most = Door.limit(limit);
    Instant now = clock.instant();
    return desk.read(
        () -> {
          var counts = desk.units().countByHost();
          return Listing.of(
              desk.hosts().after(Door.nameMarker(marker), most),
              most,
              host -> HostView.of(host, counts.getOrDefault(host.name(), Map.of()), now),
              Host::name);
        });
  }

  @GetMapping("/v1/hosts/{host}")
  HostView showHost(@PathVariable String host) {
    HostName name = name(host);
    return view(
        desk.read(() -> desk.hosts().find(name))
            .map(Outcome::done)
            .orElseGet(() -> Desk.unknown(name)));
  }

  @PostMapping("/v1/hosts/{host}/enrollment")
  @ResponseStatus(HttpStatus.CREATED)
  EnrollmentView enrollHost(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody(required = false) Reasoned body) {
    HostDesk.Enrollment given =
        RefusedCall.unlessDone(hostDesk.enroll(name(host), caller.origin(Reasoned.or(body))));
    return new EnrollmentView(given.host().value(), given.joinToken(), given.expires());
  }

  @PostMapping("/v1/hosts/{host}/revoke")
  HostView revokeHost(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody Reasoned body) {
    return view(hostDesk.revoke(name(host), caller.origin(body.required())));
  }

  @PostMapping("/v1/hosts/{host}/cordon")
  HostView cordonHost(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody Reasoned body) {
    return view(hostDesk.cordon(name(host), true, caller.origin(body.required())));
  }

  @PostMapping("/v1/hosts/{host}/uncordon")
  HostView uncordonHost(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody(required = false) Reasoned body) {
    return view(hostDesk.cordon(name(host), false, caller.origin(Reasoned.or(body))));
  }

  @PostMapping("/v1/hosts/{host}/drain")
  HostView drainHost(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody Reasoned body) {
    return view(hostDesk.drain(name(host), caller.origin(body.required())));
  }

  /**
   * How somebody knows that nothing runs on a host, and will not before it restarts.
   *
   * @param evidence for example what the management controller said
   */
  public record FenceBody(String evidence) {}

  @PostMapping("/v1/hosts/{host}/fence")
  HostView fenceHost(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody FenceBody body) {
    return view(hostDesk.fence(name(host), caller.origin(Door.text("evidence", body.evidence()))));
  }

  @PostMapping("/v1/hosts/{host}/remove")
  HostView removeHost(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody Reasoned body) {
    return view(hostDesk.remove(name(host), caller.origin(body.required())));
  }

  private HostView view(Outcome<Host> outcome) {
    Host host = RefusedCall.unlessDone(outcome);
    return desk.read(() -> HostView.of(host, desk.units().countOf(host.name()), clock.instant()));
  }

  static HostName name(String text) {
    return Door.parse("host", text, HostName::new);
  }
}
