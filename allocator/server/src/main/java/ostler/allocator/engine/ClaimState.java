package ostler.allocator.engine;

import java.util.Collection;

/** How far a claim is; it follows from its units. */
public enum ClaimState {
  PREPARING,
  READY,
  IN_USE,
  RELEASING,
  /** Its host proved that nobody holds its units. */
  RELEASED,
  /** Somebody ended it without that proof; its units stay out of use until their host restarts. */
  ABANDONED;

  /** Whether nothing is charged or held for it any more, but what is still being cleaned. */
  public boolean isOver() {
    return this == RELEASED || this == ABANDONED;
  }

  /** As {@link #of(Collection, boolean)}, where nothing was taken from the claim. */
  public static ClaimState of(Collection<UnitState> held) {
    return of(held, false);
  }

  /**
   * The state of a claim whose units are in these states; a unit that no longer has the claim
   * counts as given back.
   *
   * @param abandoned whether a unit was taken from it without proof that nobody holds it
   */
  public static ClaimState of(Collection<UnitState> held, boolean abandoned) {
    if (held.isEmpty()) {
      return abandoned ? ABANDONED : RELEASED;
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
