package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.Hold;
import ostler.allocator.engine.HoldId;
import ostler.allocator.engine.HoldRequest;
import ostler.allocator.engine.HoldState;
import ostler.allocator.engine.Outcome;
import ostler.allocator.store.Desk;
import ostler.allocator.store.HoldDesk;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;

/** Holds: short promises that a claim makes use of. */
@RestController
@Tag(name = "holds")
public final class HoldCalls {

  private final Desk desk;
  private final HoldDesk holdDesk;
  private final Supplier<UUID> ids;

  public HoldCalls(Desk desk, HoldDesk holdDesk, Supplier<UUID> ids) {
    this.desk = desk;
    this.holdDesk = holdDesk;
    this.ids = ids;
  }

  /**
   * What somebody wants to be promised.
   *
   * @param id chosen by the caller; asking for something else with it replaces the promise
   * @param alias and {@code count}: the short form of a single part
   * @param host only for operators, since tenants know none
   * @param ttlS how many seconds it is good for; 120 where it is not said
   */
  public record HoldBody(
      String id,
      String project,
      String alias,
      Integer count,
      List<ClaimView.PartView> parts,
      String host,
      List<String> hosts,
      ConsumerView consumer,
      Integer ttlS) {
    HoldRequest parse(Supplier<UUID> ids) {
      int seconds =
          Door.between(
              "ttl_s",
              ttlS == null ? (int) HoldRequest.DEFAULT_TTL.toSeconds() : ttlS,
              1,
              (int) HoldRequest.MAX_TTL.toSeconds());
      return new HoldRequest(
          new HoldId(id == null ? ids.get() : Door.uuid("id", id)),
          Door.parse("project", Door.required("project", project), ProjectId::new),
          Asked.parts(alias, count, parts),
          Asked.where(host, hosts),
          Door.required("consumer", consumer).parse(),
          Duration.ofSeconds(seconds));
    }
  }

  /**
   * A hold.
   *
   * @param hosts that it may be used on; null for any, and for tenants
   * @param claim that made use of it
   */
  public record HoldView(
      String id,
      String project,
      List<ClaimView.PartView> parts,
      List<String> hosts,
      ConsumerView consumer,
      String state,
      int ttlS,
      String claim,
      Instant created,
      Instant expires,
      Instant ended) {
    static HoldView of(Hold hold, boolean forTenant) {
      HoldRequest request = hold.request();
      boolean anywhere = forTenant || request.where().isAnywhere();
      return new HoldView(
          request.id().toString(),
          request.project().value(),
          request.parts().stream().map(ClaimView.PartView::of).toList(),
          anywhere ? null : request.where().hosts().stream().map(HostName::value).toList(),
          ConsumerView.of(request.consumer()),
          Door.lower(hold.state()),
          (int) request.ttl().toSeconds(),
          hold.claim().map(ClaimId::toString).orElse(null),
          hold.created(),
          hold.expires(),
          hold.ended().orElse(null));
    }
  }

  @PostMapping("/v1/holds")
  @ResponseStatus(HttpStatus.CREATED)
  HoldView createHold(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @RequestBody HoldBody body) {
    HoldRequest request = body.parse(ids);
    Asked.refuseHostsOf(caller, request.where());
    return view(
        caller, caller.own(request.project()).then(own -> holdDesk.hold(request, caller.origin())));
  }

  @GetMapping("/v1/holds")
  Listing<HoldView> listHolds(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @RequestParam(required = false) String project,
      @RequestParam(required = false) String state,
      @RequestParam(required = false) Integer limit,
      @RequestParam(required = false) String marker) {
    int most = Door.limit(limit);
    Optional<ProjectId> wanted = caller.listed(project);
    Optional<HoldState> inState =
        Optional.ofNullable(state).map(s -> Door.choice("state", s, HoldState.class));
    return desk.read(
        () ->
            Listing.of(
                desk.holds().list(wanted, inState, Door.marker(marker), most),
                most,
                hold -> HoldView.of(hold, caller.isTenant()),
                Hold::id));
  }

  @GetMapping("/v1/holds/{id}")
  HoldView showHold(@RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
    HoldId wanted = id(id);
    return view(
        caller,
        desk.read(() -> desk.holds().find(wanted))
            .filter(hold -> caller.mayUse(hold.request().project()))
            .map(Outcome::done)
            .orElseGet(() -> HoldDesk.unknown(wanted)));
  }

  @DeleteMapping("/v1/holds/{id}")
  HoldView releaseHold(@RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
    return view(caller, holdDesk.release(id(id), caller::mayUse, caller.origin()));
  }

  private static HoldView view(Caller caller, Outcome<Hold> outcome) {
    return HoldView.of(RefusedCall.unlessDone(outcome), caller.isTenant());
  }

  private static HoldId id(String text) {
    return new HoldId(Door.uuid("id", text));
  }
}
