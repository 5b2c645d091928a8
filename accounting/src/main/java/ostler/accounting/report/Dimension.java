package ostler.accounting.report;

/** A trait of the time that went by, by which a report may group it. */
public enum Dimension {
  PROJECT,
  MODEL,
  ALIAS,
  HOST,
  KIND,
  SLICE_TYPE,
  STATE
}
