package ostler.allocator.engine;

import java.util.Collection;

/** How far a claim is; it follows from its units. */
public enum ClaimState {
  PREPARING,
  READY,
  IN_USE,
  RELEASING,
  RELEASED;

  /**
   * The state of a claim whose units are in these states; a unit that no longer has the claim
   * counts as given back.
   */
  public static ClaimState of(Collection<UnitState> held) {
    if (held.isEmpty()) {
      return RELEASED;
    }
    if (held.contains(UnitState.RELEASING)) {
      return RELEASING;
    }
    if (held.contains(UnitState.PREPARING)) {
      return PREPARING;
    }
    return held.contains(UnitState.IN_USE) ? IN_USE : READY;
  }
}
