package ostler.allocator.engine;

/** What a step changes besides the state. */
enum Effect {
  /** The host gets a new order, so the old ones must lose. */
  NEW_FENCE,
  TAKE_ORDER,
  DROP_ORDER,
  CERTIFY,
  DROP_CERTIFICATE,
  COUNT_ATTEMPT,
  CLEAR_ATTEMPTS,
  TAKE_CLAIM,
  DROP_CLAIM,
  LEAVE,
  STAY,
  LEAVE_QUARANTINE,
  ENABLE
}
