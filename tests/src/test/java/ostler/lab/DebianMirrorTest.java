package ostler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DebianMirrorTest {

  @Test
  void aMachineOfAnyDebianSuiteLendsItsMirrorForOurs() {
    assertEquals(
        Optional.of("http://mirror.example/debian bookworm"),
        DebianMirror.source("http://mirror.example/debian trixie"));
    assertEquals(
        Optional.of("http://mirror.example/debian-security bookworm-security"),
        DebianMirror.source("http://mirror.example/debian-security stable-security"));
  }

  @Test
  void otherRepositoriesAreLeftAlone() {
    assertEquals(Optional.empty(), DebianMirror.source("http://mirror.example/ubuntu noble"));
    assertEquals(Optional.empty(), DebianMirror.source("http://mirror.example/vendor /"));
    assertEquals(
        Optional.empty(), DebianMirror.source("http://mirror.example/debian bookworm-backports"));
    assertEquals(Optional.empty(), DebianMirror.source(""));
  }
}
