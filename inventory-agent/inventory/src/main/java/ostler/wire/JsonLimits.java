package ostler.wire;

/**
 * How much of a document from outside is read before it is refused. The largest one that Ostler
 * sends itself is a host's report.
 *
 * @param maxBytes length of the whole document
 * @param maxDepth objects and lists within each other
 * @param maxTextChars length of one text or name
 */
public record JsonLimits(int maxBytes, int maxDepth, int maxTextChars) {

  /** Enough for an order to a root program and its answer. */
  public static final JsonLimits MESSAGE = new JsonLimits(256 * 1024, 16, 16 * 1024);

  /** Enough for the report of a host with thousands of functions; one takes about 1 kB. */
  public static final JsonLimits REPORT = new JsonLimits(16 * 1024 * 1024, 16, 16 * 1024);

  public JsonLimits {
    if (maxBytes < 1 || maxDepth < 1 || maxTextChars < 1) {
      throw new IllegalArgumentException("limits are 1 or more");
    }
  }
}
