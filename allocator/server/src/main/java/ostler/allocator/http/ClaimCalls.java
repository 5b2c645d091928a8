package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
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
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimPicture;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.HoldId;
import ostler.allocator.engine.Outcome;
import ostler.allocator.store.ClaimDesk;
import ostler.allocator.store.Desk;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
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
   * @param alias and {@code count}: the short form of a single part
   * @param count 1 where it is not said
   * @param parts several aliases, all on one host or nothing
   * @param host only for operators, since tenants know none
   * @param hosts as {@code host}: one of these
   * @param hold the promise that this makes use of
   */
  public record CreateRequest(
      String id,
      String project,
      String alias,
      Integer count,
      List<ClaimView.PartView> parts,
      String host,
      List<String> hosts,
      ConsumerView consumer,
      String hold) {
    ClaimRequest parse(Supplier<UUID> ids) {
      return new ClaimRequest(
          Door.optional("id", id, ClaimId::parse).orElseGet(() -> new ClaimId(ids.get())),
          Door.parse("project", Door.required("project", project), ProjectId::new),
          Asked.parts(alias, count, parts),
          Asked.where(host, hosts),
          Door.required("consumer", consumer).parse(),
          Optional.ofNullable(hold).map(text -> new HoldId(Door.uuid("hold", text))));
    }
  }

  /**
   * The holder that a unit had before it was taken in, or by a claim that a restore lost.
   *
   * @param id of that claim
   */
  public record AdoptRequest(
      String id, String unit, String project, String alias, ConsumerView consumer, String reason) {
    ClaimDesk.Adoption parse() {
      return new ClaimDesk.Adoption(
          Door.optional("id", id, ClaimId::parse),
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
    Asked.refuseHostsOf(caller, request.where());
    return pictured(
        caller,
        caller.own(request.project()).then(own -> claimDesk.create(request, caller.origin())));
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
    Optional<ProjectId> wanted = caller.listed(project);
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
    return pictured(caller, claimDesk.release(id(id), caller::mayUse, caller.origin()));
  }

  private Outcome<Claim> own(Caller caller, ClaimId id) {
    return desk.read(() -> desk.claims().find(id))
        .filter(claim -> caller.mayUse(claim.project()))
        .map(Outcome::done)
        .orElseGet(() -> ClaimDesk.unknown(id));
  }

  /**
   * What a claim's consumer is to have instead.
   *
   * @param id of the new claim, chosen by the caller; drawn where left out
   * @param alias and {@code count}, or {@code parts}; what the claim has now, where left out
   * @param host only for operators, since tenants know none
   */
  public record MoveBody(
      String id,
      String alias,
      Integer count,
      List<ClaimView.PartView> parts,
      String host,
      List<String> hosts) {
    ClaimDesk.MoveRequest parse(Supplier<UUID> ids) {
      boolean other = alias != null || count != null || parts != null;
      return new ClaimDesk.MoveRequest(
          Door.optional("id", id, ClaimId::parse).orElseGet(() -> new ClaimId(ids.get())),
          other ? Optional.of(Asked.parts(alias, count, parts)) : Optional.empty(),
          Asked.where(host, hosts));
    }
  }

  @PostMapping("/v1/claims/{id}/move")
  @ResponseStatus(HttpStatus.CREATED)
  ClaimView moveClaim(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody MoveBody body) {
    ClaimDesk.MoveRequest request = body.parse(ids);
    Asked.refuseHostsOf(caller, request.where());
    return pictured(caller, claimDesk.move(id(id), request, caller::mayUse, caller.origin()));
  }

  @PostMapping("/v1/claims/{id}/confirm")
  ClaimView confirmMove(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
    return pictured(caller, claimDesk.confirm(id(id), caller::mayUse, caller.origin()));
  }

  @PostMapping("/v1/claims/{id}/revert")
  ClaimView revertMove(@RequestAttribute(Caller.ATTRIBUTE) Caller caller, @PathVariable String id) {
    return pictured(caller, claimDesk.revert(id(id), caller::mayUse, caller.origin()));
  }

  @PostMapping("/v1/claims/{id}/abandon")
  ClaimView abandonClaim(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody Reasoned body) {
    return view(caller, claimDesk.abandon(id(id), caller.origin(body.required())));
  }

  private ClaimView pictured(Caller caller, Outcome<ClaimPicture> outcome) {
    return views.of(RefusedCall.unlessDone(outcome), caller.isTenant());
  }

  private ClaimView view(Caller caller, Outcome<Claim> outcome) {
    Claim claim = RefusedCall.unlessDone(outcome);
    return desk.read(() -> views.of(claim, caller.isTenant()));
  }

  private static ClaimId id(String text) {
    return Door.parse("id", text, ClaimId::parse);
  }
}
