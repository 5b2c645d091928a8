package ostler.allocator.engine;

/** What is known about how well a unit works. */
public enum Health {
  UNKNOWN,
  HEALTHY,
  DEGRADED,
  FAILED
}
