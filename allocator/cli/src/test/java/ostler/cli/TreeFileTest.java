package ostler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreeFileTest {

  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("tree.yaml"), text);
  }

  private String refusal(String text) throws IOException {
    Path file = file(text);
    Failure failure = assertThrows(Failure.class, () -> TreeFile.read(file));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    return failure.getMessage().replace(file + " ", "");
  }

  @Test
  void aTreeIsReadAsJsonHasIt() throws IOException, Failure {
    Map<String, Object> root = new HashMap<>(Map.of("id", "physics"));
    root.put("parent", null);
    assertEquals(
        List.of(
            root,
            Map.of(
                "id", "hep", "parent", "physics", "limits", Map.of("alias:gpu", 4L, "total", -1L))),
        TreeFile.read(
                file(
                    """
                    # two of them
                    projects:
                      - id: physics
                        parent: null
                      - {id: hep, parent: physics, limits: {"alias:gpu": 4, total: -1}}
                    """))
            .projects());
  }

  @Test
  void aRefusalOfTheAllocatorIsShownInTheFile() throws IOException, Failure {
    TreeFile tree =
        TreeFile.read(
            file("projects:\n- id: a\n- id: b\n  limits:\n    total: 1\n    alias:x: -9\n"));
    assertEquals(6, line(tree, "projects[1].limits.alias:x: a limit is 0 or more"));
    assertEquals(3, line(tree, "projects[1].parent: there is no project z"));
    Failure other = Failure.of(ExitCode.DENIED, "FORBIDDEN", "not for you");
    assertEquals(other, tree.located(other));
  }

  private int line(TreeFile tree, String refusal) {
    String shown = tree.located(Failure.usage("BAD_TREE", refusal)).getMessage();
    assertTrue(shown.endsWith(refusal), shown);
    return Integer.parseInt(shown.replaceAll(".* line ([0-9]+): .*", "$1"));
  }

  @Test
  void whatIsNoTreeIsRefusedByLine() throws IOException {
    assertTrue(refusal("").startsWith("line 1: "));
    assertTrue(refusal("- a\n").startsWith("line 1: is not an object"));
    assertTrue(refusal("project: []\n").startsWith("line 1: is not an object with the one field"));
    assertTrue(
        refusal("projects:\n- id: a\n  id: b\n").startsWith("line 3: projects[0].id: is there"));
    assertTrue(refusal("projects:\n- [a\n- b\n").startsWith("line "));
    assertTrue(
        refusal("projects:\n- id: a\n  limits:\n    total: 99999999999999999999\n")
            .startsWith("line 4: projects[0].limits.total: "));
    assertTrue(refusal("projects: &a\n- id: *a\n").startsWith("line "));
  }
}
