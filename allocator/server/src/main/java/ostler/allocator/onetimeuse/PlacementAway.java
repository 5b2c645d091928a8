package ostler.allocator.onetimeuse;

/** Placement, or Keystone before it, did not answer as it should; the message says how. */
public final class PlacementAway extends Exception {

  private static final long serialVersionUID = 1L;

  PlacementAway(String message) {
    super(message);
  }

  PlacementAway(String message, Throwable cause) {
    super(message, cause);
  }
}
