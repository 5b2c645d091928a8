package ostler.allocator.quota;

/**
 * How much of a key a node of the tree, with all that is below it, may have at most. No limit at a
 * node is no {@code Limit}; that differs from {@link #UNLIMITED}, which is a decision, so that the
 * server's default does not apply below it.
 *
 * @param value 0 to {@link #MAX}; or -1, which is unlimited
 */
public record Limit(long value) {

  /** What every reader of JSON holds exactly, and more than any cloud has MiB. */
  public static final long MAX = (1L << 53) - 1;

  public static final Limit UNLIMITED = new Limit(-1);

  public Limit {
    if (value < -1 || value > MAX) {
      throw new IllegalArgumentException(
          "a limit is 0 to " + MAX + ", or -1 for unlimited, not " + value);
    }
  }

  public boolean isUnlimited() {
    return value == -1;
  }

  /** Whether so much more fits beside what is used; what is over its limit fits nothing. */
  boolean allows(long used, long more) {
    // Subtracting cannot overflow, adding could.
    return isUnlimited() || more <= value - used;
  }

  @Override
  public String toString() {
    return isUnlimited() ? "unlimited" : Long.toString(value);
  }
}
