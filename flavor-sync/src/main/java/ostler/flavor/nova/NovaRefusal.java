package ostler.flavor.nova;

/** A value that Nova would refuse, or that cannot be understood here as Nova does. */
public final class NovaRefusal extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * @param field of the value, as Nova calls it; empty for the value as a whole
   * @param rule that is broken, beginning with the verb
   */
  public NovaRefusal(Place place, String field, String rule) {
    super(place + ": " + (field.isEmpty() ? "" : field + ' ') + rule);
  }
}
