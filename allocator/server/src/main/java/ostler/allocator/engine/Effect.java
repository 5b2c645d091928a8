package ostler.allocator.engine;

/** What a step changes besides the state. */
enum Effect {
  /** The host gets a new order, so the old ones must lose. */
  NEW_FENCE,
  /** What made it dirty stays worth knowing while it is cleaned. */
  KEEP_CAUSE,
  TAKE_ORDER,
  DROP_ORDER,
  CERTIFY,
  DROP_CERTIFICATE,
  COUNT_ATTEMPT,
  CLEAR_ATTEMPTS,
  /** From now on it serves by its slices. */
  CUT,
  /** It is one thing again, and nobody's. */
  UNCUT,
  TAKE_CLAIM,
  DROP_CLAIM,
  /** Nobody proved that it is free, so it is out of use until its host restarts. */
  ABANDON,
  LEAVE,
  STAY,
  LEAVE_QUARANTINE,
  ENABLE
}
