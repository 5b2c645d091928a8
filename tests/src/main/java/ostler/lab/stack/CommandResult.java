package ostler.lab.stack;

import ostler.lab.LabException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How one call of the operator's command ended.
 *
 * @param command the call as it would be typed
 * @param exitCode as {@code ostler} documents them
 * @param out standard output
 * @param err standard error
 */
public record CommandResult(String command, int exitCode, String out, String err) {

  private static final JsonMapper JSON = new JsonMapper();

  /** Whether it did what was asked. */
  public boolean succeeded() {
    return exitCode == 0;
  }

  /** This result, if the call succeeded. */
  public CommandResult orThrow() throws LabException {
    if (!succeeded()) {
      throw new LabException("this should have succeeded: " + this);
    }
    return this;
  }

  /** This result, if the call was refused with the code. */
  public CommandResult refusedWith(String code) throws LabException {
    if (succeeded() || !(out + err).contains(code)) {
      throw new LabException("this should have been refused with " + code + ": " + this);
    }
    return this;
  }

  /** What it printed, for calls with {@code -o json}. */
  public JsonNode json() {
    return JSON.readTree(out);
  }

  @Override
  public String toString() {
    return "$ " + command + "\nexit code " + exitCode + "\n" + out.strip() + "\n" + err.strip();
  }
}
