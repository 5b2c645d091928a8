package ostler.lab;

/** The lab did not do what was asked of it; the message ends with what the guest last said. */
public class LabException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says what failed. */
  public LabException(String message) {
    super(message);
  }

  /** Says what failed and why. */
  public LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
