package ostler.allocator.engine;

/**
 * What may be wrong with an installation. The names are stable and scripts may rely on them; new
 * ones may come.
 */
public enum Ailment {
  // What the database says of itself.
  SCHEMA_BEHIND(Severity.CRITICAL),
  SCHEMA_AHEAD(Severity.WARNING),

  // What is charged.
  QUOTA_DRIFT(Severity.CRITICAL),
  UNIT_WITHOUT_CLAIM(Severity.CRITICAL),
  CLAIM_WITHOUT_UNIT(Severity.CRITICAL),
  CLAIM_STATE_WRONG(Severity.WARNING),
  HOLD_OVERDUE(Severity.WARNING),

  // What is counted.
  LEDGER_MISSING(Severity.CRITICAL),
  LEDGER_STATE_WRONG(Severity.CRITICAL),
  LEDGER_BROKEN(Severity.CRITICAL),

  // What is proven.
  CHAIN_HEAD_WRONG(Severity.CRITICAL),
  CHAIN_BROKEN(Severity.CRITICAL),
  CERTIFICATE_UNPROVEN(Severity.CRITICAL),

  // What is cut from what.
  SLICE_WITHOUT_PARENT(Severity.CRITICAL),
  PARENT_OF_SEVERAL(Severity.CRITICAL),

  // What hosts say.
  HOST_NEVER_HEARD(Severity.INFO),
  HOST_SILENT(Severity.WARNING),
  HOST_BEHIND(Severity.WARNING),
  HOST_WARNS(Severity.WARNING),
  HOST_CLOCK_OFF(Severity.WARNING),
  HELD_BY_ANOTHER(Severity.CRITICAL),
  HELD_WITHOUT_CLAIM(Severity.CRITICAL),
  CLAIMED_AND_GONE(Severity.WARNING),
  QUARANTINED(Severity.INFO);

  /** How much it matters. */
  public enum Severity {
    /** Worth knowing. */
    INFO,
    /** Somebody should look. */
    WARNING,
    /** A promise is broken, or cannot be proven. */
    CRITICAL
  }

  private final Severity severity;

  Ailment(Severity severity) {
    this.severity = severity;
  }

  public Severity severity() {
    return severity;
  }
}
