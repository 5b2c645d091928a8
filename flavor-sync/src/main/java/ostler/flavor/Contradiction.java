package ostler.flavor;

/** A rule that cannot be meant: it says nothing, or what nothing can be. */
public final class Contradiction extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * @param field that has to be changed, as it is called on the wire
   * @param rule what it must be, beginning with the verb
   */
  public Contradiction(String field, String rule) {
    super(rule);
    this.field = field;
  }

  /** The field that has to be changed, as it is called on the wire. */
  public String field() {
    return field;
  }
}
