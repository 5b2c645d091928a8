package ostler.lab;

/**
 * How a command in the guest ended.
 *
 * @param exitCode 0 to 255; 128 and the signal's number when a signal ended it (137 at a deadline)
 * @param out its standard output
 * @param err its standard error
 */
public record GuestResult(int exitCode, String out, String err) {

  /** Whether it ended with 0. */
  public boolean succeeded() {
    return exitCode == 0;
  }

  /** Standard output without the white space around it, if the command succeeded. */
  public String orThrow() throws LabException {
    if (!succeeded()) {
      throw new LabException("a command in the guest ended with " + this);
    }
    return out.strip();
  }

  @Override
  public String toString() {
    return "exit code " + exitCode + "\nstdout: " + out.strip() + "\nstderr: " + err.strip();
  }
}
