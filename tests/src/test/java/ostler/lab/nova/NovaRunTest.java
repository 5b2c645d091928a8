package ostler.lab.nova;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class NovaRunTest {

  @Test
  void everyReleaseIsRunUnlessOneIsChosen() {
    List<String> words = new ArrayList<>(List.of("boot"));

    assertEquals(Optional.of(List.of(NovaRelease.values())), NovaRun.chosen(words));
    assertEquals(List.of("boot"), words);
  }

  @Test
  void theChoiceOfAReleaseIsTakenOutOfTheWords() {
    List<String> words = new ArrayList<>(List.of("--nova", "34", "boot"));

    assertEquals(Optional.of(List.of(NovaRelease.SID)), NovaRun.chosen(words));
    assertEquals(List.of("boot"), words);
  }

  @Test
  void aReleaseThatThereIsNotIsNoChoice() {
    assertEquals(Optional.empty(), NovaRun.chosen(new ArrayList<>(List.of("--nova", "27"))));
    assertEquals(Optional.empty(), NovaRun.chosen(new ArrayList<>(List.of("--nova"))));
  }

  @Test
  void theFiguresOfAllReleasesAreOne() {
    JsonMapper json = new JsonMapper();
    JsonNode stable =
        json.readTree(
            "{\"scenarios\":4,\"passed\":3,\"nova\":[\"26\"],\"placement\":[\"8\"],\"seconds\":1.5}");
    JsonNode unstable =
        json.readTree(
            "{\"scenarios\":6,\"passed\":6,\"nova\":[\"34\"],\"placement\":[\"16\"],\"seconds\":2.1}");

    assertEquals(
        "{\"scenarios\":10,\"passed\":9,\"nova\":[\"26\",\"34\"],\"placement\":[\"8\",\"16\"],\"seconds\":3.6}",
        NovaRun.together(List.of(stable, unstable)).toString());
  }
}
