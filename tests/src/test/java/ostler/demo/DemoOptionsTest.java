package ostler.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DemoOptionsTest {

  @Test
  void withoutWordsTheDemoStaysUpAndTalksToAPerson() throws Exception {
    DemoOptions options = DemoOptions.parse(List.of());
    assertFalse(options.once());
    assertFalse(options.json());
    assertTrue(options.secret().isEmpty());
  }

  @Test
  void allOptionsAreRead() throws Exception {
    DemoOptions options =
        DemoOptions.parse(
            List.of("--once", "--json", "--secret", "0011223344556677", "--evidence", "/tmp/e"));
    assertTrue(options.once());
    assertTrue(options.json());
    assertEquals("0011223344556677", options.secret().orElseThrow().hex());
    assertEquals(Path.of("/tmp/e"), options.evidence().orElseThrow());
  }

  @Test
  void whatIsWrongIsNamed() {
    for (List<String> words :
        List.of(
            List.of("--secret"),
            List.of("--secret", "abc"),
            List.of("--secret", "00112233445566"),
            List.of("--secret", "x".repeat(16)),
            List.of("--secret", "00".repeat(16)),
            List.of("--secret", "ab".repeat(4097)),
            List.of("--wrong"),
            List.of("--fake", "--evidence", "/tmp/e"))) {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> DemoOptions.parse(words));
      assertTrue(refusal.getMessage().contains(words.get(0)), refusal::getMessage);
    }
  }

  @Test
  void aSecretOfTheLeastAndOfTheMostBytesIsTaken() {
    assertEquals(8, Secret.parse("AB".repeat(8)).bytes().length);
    assertEquals(4096, Secret.parse("ab".repeat(4096)).bytes().length);
  }

  @Test
  void twoSecretsOfNobodysChoiceDiffer() {
    Random random = new Random(7);
    assertNotEquals(Secret.any(random), Secret.any(random));
  }
}
