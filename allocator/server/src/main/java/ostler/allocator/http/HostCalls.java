package ostler.allocator.http;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Outcome;
import ostler.allocator.store.Desk;
import ostler.allocator.store.HostDesk;
import ostler.inventory.HostName;

/** Hosts, for operators. */
@RestController
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
  Listing<HostView> list(
      @RequestParam(required = false) Integer limit,
      @RequestParam(required = false) String marker) {
    int most = Door.limit(limit);
    Instant now = clock.instant();
    return desk.read(
        () -> {
          var counts = desk.units().countByHost();
          return Listing.of(
              desk.hosts().after(marker == null ? "" : marker, most),
              most,
              host -> HostView.of(host, counts.getOrDefault(host.name(), Map.of()), now),
              Host::name);
        });
  }

  @GetMapping("/v1/hosts/{host}")
  ResponseEntity<Object> show(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String host) {
    HostName name = name(host);
    return Answers.ok(
        caller,
        desk.read(
            () -> desk.hosts().find(name).map(Outcome::done).orElseGet(() -> Desk.unknown(name))),
        this::view);
  }

  @PostMapping("/v1/hosts/{host}/enrollment")
  ResponseEntity<Object> enroll(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody(required = false) Reasoned body) {
    return Answers.answer(
        HttpStatus.CREATED,
        caller,
        hostDesk.enroll(
            name(host), caller.origin(Door.optionalReason(body == null ? null : body.reason()))),
        given -> new EnrollmentView(given.host().value(), given.joinToken(), given.expires()));
  }

  @PostMapping("/v1/hosts/{host}/revoke")
  ResponseEntity<Object> revoke(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody Reasoned body) {
    return Answers.ok(
        caller, hostDesk.revoke(name(host), caller.origin(Door.reason(body.reason()))), this::view);
  }

  @PostMapping("/v1/hosts/{host}/cordon")
  ResponseEntity<Object> cordon(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody Reasoned body) {
    return Answers.ok(
        caller,
        hostDesk.cordon(name(host), true, caller.origin(Door.reason(body.reason()))),
        this::view);
  }

  @PostMapping("/v1/hosts/{host}/uncordon")
  ResponseEntity<Object> uncordon(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String host,
      @RequestBody(required = false) Reasoned body) {
    return Answers.ok(
        caller,
        hostDesk.cordon(
            name(host),
            false,
            caller.origin(Door.optionalReason(body == null ? null : body.reason()))),
        this::view);
  }

  private HostView view(Host host) {
    return desk.read(
        () ->
            HostView.of(
                host,
                desk.units().countByHost().getOrDefault(host.name(), Map.of()),
                clock.instant()));
  }

  static HostName name(String text) {
    return Door.parse("host", text, HostName::new);
  }
}
