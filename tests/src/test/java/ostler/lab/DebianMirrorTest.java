package ostler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DebianMirrorTest {

  private static Optional<String> stable(String target) {
    return DebianMirror.source(target, "bookworm");
  }

  @Test
  void aMachineOfAnyDebianSuiteLendsItsMirrorForOurs() {
    assertEquals(
        Optional.of("http://mirror.example/debian bookworm"),
        stable("http://mirror.example/debian trixie"));
    assertEquals(
        Optional.of("http://mirror.example/debian-security bookworm-security"),
        stable("http://mirror.example/debian-security stable-security"));
  }

  @Test
  void unstableHasNoPockets() {
    assertEquals(
        Optional.of("http://mirror.example/debian sid"),
        DebianMirror.source("http://mirror.example/debian bookworm", "sid"));
    assertEquals(
        Optional.empty(),
        DebianMirror.source("http://mirror.example/debian-security bookworm-security", "sid"));
  }

  @Test
  void otherRepositoriesAreLeftAlone() {
    assertEquals(Optional.empty(), stable("http://mirror.example/ubuntu noble"));
    assertEquals(Optional.empty(), stable("http://mirror.example/vendor /"));
    assertEquals(Optional.empty(), stable("http://mirror.example/debian bookworm-backports"));
    assertEquals(Optional.empty(), stable(""));
  }
}
