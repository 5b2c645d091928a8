package ostler.root;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What processes call themselves, by /proc. */
public final class ProcessName {

  private static final String UNKNOWN = "?";

  private ProcessName() {}

  /**
   * Reads the name of a process: at most 15 characters, none of them one that moves a cursor.
   *
   * @throws IOException if it has ended, or may not be looked at
   */
  static String read(Layout layout, long pid) throws IOException {
    Path name = layout.proc().resolve(Long.toString(pid)).resolve("comm");
    return new String(Files.readAllBytes(name), StandardCharsets.UTF_8)
        .strip()
        .replaceAll("\\p{Cntrl}", UNKNOWN);
  }

  /** The same of a process that somebody else says is there; a question mark where it is not. */
  public static String orUnknown(Layout layout, long pid) {
    try {
      return read(layout, pid);
    } catch (IOException e) {
      return UNKNOWN;
    }
  }
}
