package ostler.lab;

/**
 * The lab cannot be prepared on this machine, and the message says why and what would help.
 *
 * <p>Whoever can do without the lab, as the demo can with fake hosts, catches this one alone.
 */
public final class LabUnavailableException extends LabException {

  private static final long serialVersionUID = 1L;

  LabUnavailableException(String message) {
    super(message);
  }

  LabUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
