package ostler.architecture.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Breaks several rules on purpose, so that the rules can be seen to fail. */
final class BadImpl implements Lonely {

  @Override
  public String first() {
    return Instant.now().toString();
  }

  @Override
  public String second() {
    try {
      Files.writeString(Path.of("/nowhere"), "x");
      return new ProcessBuilder("true").start().toString();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
