package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
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
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Outcome;
import ostler.allocator.store.ClaimDesk;
import ostler.allocator.store.Desk;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;

/** Claims, for operators and for members of projects. */
@RestController
@Tag(name = "claims")
public final class ClaimCalls {

  private final Desk desk;
  private final ClaimDesk claimDesk;
  private final UnitViews views;
  private final Supplier<UUID> ids;

  public ClaimCalls(Desk desk, ClaimDesk claimDesk, UnitViews views, Supplier<UUID> ids) {
    this.desk = desk;
    this.claimDesk = claimDesk;
    this.views = views;
    this.ids = ids;
  }

  /**
   * What somebody asks for.
   *
   * @param id chosen by the caller, so that asking again answers the same; drawn where left out
   * @param count 1 where it is not said
   * @param host only for operators, since tenants know none
   */
  public record CreateRequest(
      String id, String project, String alias, Integer count, String host, ConsumerView consumer) {
    ClaimRequest parse(Supplier<UUID> ids) {
      int wanted = count == null ? 1 : count;
      if (wanted < 1 || wanted > ClaimRequest.MAX_COUNT) {
        throw new BadInput("count", "is 1 to " + ClaimRequest.MAX_COUNT);
      }
      return new ClaimRequest(
          Door.optional("id", id, ClaimId::parse).orElseGet(() -> new ClaimId(ids.get())),
          Door.parse("project", Door.required("project", project), ProjectId::new),
          Door.parse("alias", Door.required("alias", alias), AliasName::new),
          wanted,
          Door.optional("host", host, HostName::new),
          Door.required("consumer", consumer).parse());
    }
  }

  /** The holder that a unit had before it was taken in. */
  public record AdoptRequest(
      String unit, String project, String alias, ConsumerView consumer, String reason) {
    ClaimDesk.Adoption parse() {
      return new ClaimDesk.Adoption(
          Door.parse("unit", Door.required("unit", unit), UnitId::parse),
          Door.parse("project", Door.required("project", project), ProjectId::new),
          Door.parse("alias", Door.required("alias", alias), AliasName::new),
          Door.required("consumer", consumer).parse());
    }
  }

  @PostMapping("/v1/claims")
  @ResponseStatus(HttpStatus.CREATED)
  ClaimView createClaim(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @RequestBody CreateRequest body) {
    ClaimRequest request = body.parse(ids);
    if (caller.isTenant() && request.host().isPresent()) {
      throw new BadInput("host", "is not for members of a project to choose");
    }
    return view(
        caller,
        caller.own(request.project()).then(own -> claimDesk.claim(request, caller.origin())));
  }

  @PostMapping("/v1/claims/adopt")
  @ResponseStatus(HttpStatus.CREATED)
  ClaimView adoptUnit(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @RequestBody AdoptRequest body) {
    return view(caller, claimDesk.adopt(body.parse(), caller.origin(Door.reason(body.reason()))));
  }

  @GetMapping("/v1/claims")
  Listing<ClaimView> listClaims(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @RequestParam(required = false) String project,
      @RequestParam(required = false) String state,
      @RequestParam(required = false) Integer limit,
      @RequestParam(required = false) String marker) {
    int most = Door.limit(limit);
    Optional<ProjectId> wanted =
        caller.isTenant() ? caller.project() : Door.optional("project", project, ProjectId::new);
    Optional<ClaimState> inState =
        Optional.ofNullable(state).map(s -> Door.choice("state", s, ClaimState.class));
    return desk.read(
        () ->
            Listing.of(
                desk.claims().list(wanted, inState, Door.marker(marker), most),
                most,
                claim -> views.of(claim, caller.isTenant()),
                Claim::id));
  }

  @GetMapping("/v1/claims/{id}")
  ClaimView showClaim(@RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
    return view(caller, own(caller, id(id)));
  }

  @DeleteMapping("/v1/claims/{id}")
  @ResponseStatus(HttpStatus.ACCEPTED)
  ClaimView releaseClaim(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
    return view(
        caller, own(caller, id(id)).then(claim -> claimDesk.release(claim.id(), caller.origin())));
  }

  private Outcome<Claim> own(Caller caller, ClaimId id) {
    return desk.read(() -> desk.claims().find(id))
        .filter(claim -> caller.mayUse(claim.project()))
        .map(Outcome::done)
        .orElseGet(() -> ClaimDesk.unknown(id));
  }

  private ClaimView view(Caller caller, Outcome<Claim> outcome) {
    Claim claim = RefusedCall.unlessDone(outcome);
    return desk.read(() -> views.of(claim, caller.isTenant()));
  }

  private static ClaimId id(String text) {
    return Door.parse("id", text, ClaimId::parse);
  }
}
