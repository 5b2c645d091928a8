package ostler.allocator.http;

/** Something in the request breaks a rule. */
public final class BadInput extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param field where in the request: a field of the body, a parameter, or a part of the path
   * @param rule what it breaks
   */
  public BadInput(String field, String rule) {
    super(field + ": " + rule, null, false, false);
  }
}
