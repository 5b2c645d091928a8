package ostler.wire;

/**
 * A document from outside is not what it must be. The message names the field and the rule, for
 * example {@code devices[3].address: is not a PCI address: "0000:zz"}.
 */
public final class WireException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String path;
  private final String rule;

  /**
   * @param path the field, as {@code devices[3].address}; empty for the document as a whole
   * @param rule what is wrong with it
   */
  public WireException(String path, String rule) {
    super(path.isEmpty() ? rule : path + ": " + rule);
    this.path = path;
    this.rule = rule;
  }

  public String path() {
    return path;
  }

  public String rule() {
    return rule;
  }
}
