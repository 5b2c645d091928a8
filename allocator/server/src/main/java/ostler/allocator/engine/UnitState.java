package ostler.allocator.engine;

/** Where a unit is in its life; {@link Lifecycle} says how it gets from one to another. */
public enum UnitState {
  /** Reported and never touched. */
  UNMANAGED,
  /** Ours, and not proven clean. */
  DIRTY,
  /** Its host was told to clean it. */
  CLEANING,
  /** An accepted wipe record says that nothing of the last tenant is left. */
  CLEAN,
  /** With its vendor's driver, which cuts it into slices; it is handed out only as those. */
  SLICED,
  /** Claimed; its host was told to let the consumer have it. */
  PREPARING,
  /** The consumer may open it. */
  READY,
  /** Somebody holds it, for the claim's consumer. */
  IN_USE,
  /** The claim asked to give it back; its host has not yet proven that nobody holds it. */
  RELEASING;

  /** Whether a unit in this state has a claim; the database checks the same. */
  public boolean isClaimed() {
    return compareTo(PREPARING) >= 0;
  }
}
