package ostler.allocator.engine;

/** What became of a hold. */
public enum HoldState {
  HELD,
  /** A claim made use of it. */
  USED,
  /** Its deadline passed; a claim that names it is judged as any other. */
  EXPIRED,
  /** Somebody did not need it any more. */
  RELEASED
}
