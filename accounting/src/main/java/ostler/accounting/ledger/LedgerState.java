package ostler.accounting.ledger;

/**
 * What a unit's time goes to: where the unit is in its life, or the fact beside it that decides who
 * bears the time. The names are stable; new ones may come.
 */
public enum LedgerState {
  /** In its host's own hands, as before it was taken in. */
  UNMANAGED(true),
  /** Not proven clean, and nothing is being done about it. */
  DIRTY(false),
  CLEANING(false),
  /** To be had. */
  CLEAN(false),
  /** Cut into slices; what they leave of it is in nobody's hands. */
  SLICED(false),
  PREPARING(false),
  READY(false),
  IN_USE(false),
  RELEASING(false),
  /** Kept from everybody because something is wrong with it. */
  QUARANTINED(false),
  /** An operator gives out no more of it. */
  CORDONED(false),
  /** As cordoned, and a claim that it has should end. */
  DRAINING(false),
  /** Never to be given out again. */
  RETIRED(true),
  /** There, and its host's kernel is stuck on it. */
  WEDGED(false),
  /** A complete scan, or a confirmed fence of its host, said that it is not there. */
  MISSING(true),
  /** Its host was silent, so nobody knows. */
  UNKNOWN(false);

  private final boolean knownInSilence;

  LedgerState(boolean knownInSilence) {
    this.knownInSilence = knownInSilence;
  }

  /** Whether it stays true while the unit's host says nothing. */
  boolean isKnownInSilence() {
    return knownInSilence;
  }
}
