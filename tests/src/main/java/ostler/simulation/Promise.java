package ostler.simulation;

/** What the product promises, and the two manners behind the promises. */
enum Promise {
  ONE_TENANT_AT_A_TIME,
  NEVER_DIRTY,
  NEVER_OVER_QUOTA,
  EVERY_SECOND_COUNTED,
  IT_SAYS_WHY,
  /** A parent that is not shared serves one project, until it was wiped as a whole. */
  ONE_PROJECT_A_PARENT,
  /** A card is handed out whole or in slices, never both. */
  WHOLE_OR_CUT,
  OBSERVATION_NEVER_FREES,
  ABSENCE_LEAVES_ALONE,
  /** A request that is repeated after a lost answer changes nothing. */
  A_REPEAT_CHANGES_NOTHING,
  /** A unit is taken by a claim that somebody asked for, and by nothing else. */
  PROMISES_PIN_NOTHING,
  /** A host that was cordoned, drained or fenced gives nothing more out. */
  WHAT_IS_CLOSED_GIVES_NOTHING,
  /** Once the faults end, everything that was asked for comes to its end. */
  IT_COMES_TO_REST
}
