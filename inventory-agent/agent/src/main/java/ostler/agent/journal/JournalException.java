package ostler.agent.journal;

/**
 * The journal could not be written. Nothing that depends on it may be done: it would be forgotten
 * at the next start.
 */
public final class JournalException extends Exception {

  private static final long serialVersionUID = 1L;

  JournalException(String message) {
    super(message);
  }

  JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
