package ostler.agent;

/** Why the agent cannot start, and what to do. */
final class StartException extends Exception {

  private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message);
  }
}
