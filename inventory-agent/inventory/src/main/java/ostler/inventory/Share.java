package ostler.inventory;

/**
 * In what shares of cards are counted: whole numerators over one fixed denominator, so that those
 * of one card's slices add up exactly, in charges as in the ledger.
 */
public final class Share {

  /**
   * The denominator, and so the share of a whole card. Every number of equal slices up to ten
   * divides it, and so do 12, 14, 15 and 16.
   */
  public static final int WHOLE = 5040;

  private Share() {}
}
