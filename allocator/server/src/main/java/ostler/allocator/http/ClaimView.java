package ostler.allocator.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import ostler.allocator.engine.Claim;

/**
 * A claim. A project's own members see everything but where it is.
 *
 * @param host left out for tenants
 */
public record ClaimView(
    String id,
    String project,
    String alias,
    int count,
    ConsumerView consumer,
    String state,
    @JsonInclude(JsonInclude.Include.NON_NULL) String host,
    List<ClaimedUnitView> units,
    Instant created,
    Instant released,
    boolean adopted) {

  /**
   * One of its units.
   *
   * @param members left out for tenants
   */
  public record ClaimedUnitView(
      String unit,
      @JsonInclude(JsonInclude.Include.NON_NULL) List<UnitView.MemberView> members,
      String state) {}

  static ClaimView of(Claim claim, List<ClaimedUnitView> units, boolean forTenant) {
    return new ClaimView(
        claim.id().toString(),
        claim.project().value(),
        claim.alias().value(),
        claim.count(),
        ConsumerView.of(claim.consumer()),
        Door.lower(claim.state()),
        forTenant ? null : claim.host().value(),
        units,
        claim.created(),
        claim.released().orElse(null),
        claim.adopted());
  }
}
