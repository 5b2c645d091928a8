package ostler.inventory;

import java.util.List;

/**
 * A device that the host has and that could not be read well enough to call it a function: it is
 * reported by name with its reasons, and costs nobody but itself.
 *
 * @param name its directory's name or the place in a report, since not even the address may be
 *     sound
 */
public record UnreadDevice(String name, List<Problem> problems) {

  /** The longest name that is kept, in characters. */
  public static final int MAX_NAME_CHARS = 255;

  public UnreadDevice {
    problems = List.copyOf(problems);
    if (name.isEmpty() || name.length() > MAX_NAME_CHARS || problems.isEmpty()) {
      throw new IllegalArgumentException(
          "an unread device has a name of 1 to 255 characters and at least one problem");
    }
  }
}
