package ostler.allocator.engine;

/** Whether a unit's devices are where they should be. */
public enum Presence {
  PRESENT,
  /** A complete scan did not show them all. */
  MISSING,
  /** They are there, and the kernel is stuck on them until the host restarts. */
  WEDGED
}
