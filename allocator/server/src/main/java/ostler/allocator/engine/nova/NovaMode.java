package ostler.allocator.engine.nova;

/** What the answers to Nova are worth. */
public enum NovaMode {
  ENFORCE,
  /** Every host passes and nothing is promised; what it would have been is only recorded. */
  SHADOW
}
