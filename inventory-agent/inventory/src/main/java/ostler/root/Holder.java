package ostler.root;

/**
 * A process that has a unit open.
 *
 * @param pid its number
 * @param command what it calls itself, at most 15 characters
 * @param file the device node, as the process sees it
 */
public record Holder(long pid, String command, String file) {

  /** For a sentence. */
  @Override
  public String toString() {
    return "%s (process %d, %s)".formatted(command, pid, file);
  }
}
