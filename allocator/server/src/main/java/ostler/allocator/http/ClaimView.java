package ostler.allocator.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.HoldId;
import ostler.allocator.engine.Part;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;

/**
 * A claim. A project's own members see everything but where it is.
 *
 * @param alias the first part's
 * @param count of all parts together
 * @param host left out for tenants
 * @param hold the promise that it made use of
 * @param moveOf the claim whose consumer moves to this one
 */
public record ClaimView(
    String id,
    String project,
    String alias,
    int count,
    List<PartView> parts,
    ConsumerView consumer,
    String state,
    @JsonInclude(JsonInclude.Include.NON_NULL) String host,
    List<ClaimedUnitView> units,
    Instant created,
    Instant released,
    boolean adopted,
    String hold,
    String moveOf) {

  /** One line of what it asked for. */
  public record PartView(String alias, Integer count) {
    static PartView of(Part part) {
      return new PartView(part.alias().value(), part.count());
    }

    Part parse(String field) {
      return new Part(
          Door.parse(field + ".alias", Door.required(field + ".alias", alias), AliasName::new),
          Door.between(field + ".count", count == null ? 1 : count, 1, ClaimRequest.MAX_COUNT));
    }
  }

  /**
   * One of its units.
   *
   * @param members left out for tenants
   * @param handle by what a slice is attached that has no address of its own, once it is ready
   */
  public record ClaimedUnitView(
      String unit,
      @JsonInclude(JsonInclude.Include.NON_NULL) List<UnitView.MemberView> members,
      String state,
      @JsonInclude(JsonInclude.Include.NON_NULL) String handle) {}

  static ClaimView of(Claim claim, List<ClaimedUnitView> units, boolean forTenant) {
    return new ClaimView(
        claim.id().toString(),
        claim.project().value(),
        claim.alias().value(),
        claim.count(),
        claim.parts().stream().map(PartView::of).toList(),
        ConsumerView.of(claim.consumer()),
        Door.lower(claim.state()),
        forTenant ? null : claim.host().value(),
        units,
        claim.created(),
        claim.released().orElse(null),
        claim.adopted(),
        claim.hold().map(HoldId::toString).orElse(null),
        claim.moveOf().map(ClaimId::toString).orElse(null));
  }
}
