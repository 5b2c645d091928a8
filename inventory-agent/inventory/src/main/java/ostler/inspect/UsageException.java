package ostler.inspect;

/** The command line asks for something that there is not. */
final class UsageException extends Exception {

  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
