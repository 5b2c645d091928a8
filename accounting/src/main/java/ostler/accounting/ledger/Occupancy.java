package ostler.accounting.ledger;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import ostler.inventory.ClaimId;
import ostler.inventory.ProjectId;

/**
 * What a unit's time goes to.
 *
 * @param state the unit's state, 1 to 32 upper-case letters and underscores
 * @param charge whose time it is; absent while the unit is in nobody's hands
 */
public record Occupancy(String state, Optional<Charge> charge) {

  private static final Pattern STATE = Pattern.compile("[A-Z_]{1,32}");

  /**
   * Whose time it is.
   *
   * @param alias the name under which the claim asked for the unit
   */
  public record Charge(ClaimId claim, ProjectId project, String alias) {
    public Charge {
      Objects.requireNonNull(claim);
      Objects.requireNonNull(project);
      Objects.requireNonNull(alias);
    }
  }

  public Occupancy {
    Objects.requireNonNull(charge);
    if (!STATE.matcher(state).matches()) {
      throw new IllegalArgumentException(
          "a state is 1 to 32 upper-case letters and underscores, not " + state);
    }
  }
}
