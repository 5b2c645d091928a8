package ostler.accounting.ledger;

import java.util.Objects;
import java.util.Optional;
import ostler.inventory.ClaimId;
import ostler.inventory.ProjectId;

/**
 * What a unit's time goes to.
 *
 * @param charge in whose hands it is; absent while it is in nobody's
 */
public record Occupancy(LedgerState state, Optional<Charge> charge) {

  /**
   * In whose hands a unit is.
   *
   * @param path the project with all that were above it then
   * @param alias the name under which the claim asked for the unit
   */
  public record Charge(ClaimId claim, ProjectPath path, String alias) {
    public Charge {
      Objects.requireNonNull(claim);
      Objects.requireNonNull(path);
      Objects.requireNonNull(alias);
    }

    public ProjectId project() {
      return path.leaf();
    }
  }

  public Occupancy {
    Objects.requireNonNull(state);
    Objects.requireNonNull(charge);
  }

  /** The time of nobody. */
  public static Occupancy idle(LedgerState state) {
    return new Occupancy(state, Optional.empty());
  }

  /**
   * The same while the unit's host says nothing: whoever has the unit still has it, and how it is
   * nobody knows.
   */
  Occupancy unheard() {
    return state.isKnownInSilence() ? this : new Occupancy(LedgerState.UNKNOWN, charge);
  }
}
