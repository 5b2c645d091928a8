package ostler.allocator.engine;

/** What an operator wants with a unit. */
public enum AdminState {
  ENABLED,
  /** No new claims. */
  CORDONED,
  /** No new claims, and the present one should end. */
  DRAINING,
  /** Never to be handed out again. */
  RETIRED
}
