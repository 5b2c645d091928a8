package ostler.sysfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files whose reads never come back: a named pipe that nobody writes to. */
public final class Pipes {

  private Pipes() {}

  /** Puts a pipe in a file's place, or where there was none. */
  public static void replace(Path file) throws IOException {
    Files.deleteIfExists(file);
    Process mkfifo = new ProcessBuilder("mkfifo", file.toString()).inheritIO().start();
    assertEquals(0, mkfifo.onExit().join().exitValue());
  }
}
