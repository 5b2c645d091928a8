package ostler.accounting.ledger;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import ostler.inventory.ProjectId;

/**
 * A project and all that were above it at some moment, the root first. A tree that is changed later
 * does not change whom the time before was charged to.
 *
 * @param nodes at least one; the last one is the project itself
 */
public record ProjectPath(List<ProjectId> nodes) {

  private static final String BETWEEN = "/";

  public ProjectPath {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a path names at least one project");
    }
  }

  /** A project with nothing above it. */
  public static ProjectPath root(ProjectId project) {
    return new ProjectPath(List.of(project));
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static ProjectPath parse(String text) {
    if (text.length() < 3 || !text.startsWith(BETWEEN) || !text.endsWith(BETWEEN)) {
      throw new IllegalArgumentException("a path is project ids between slashes, not " + text);
    }
    String inner = text.substring(1, text.length() - 1);
    return new ProjectPath(Arrays.stream(inner.split(BETWEEN, -1)).map(ProjectId::new).toList());
  }

  public ProjectId leaf() {
    return nodes.get(nodes.size() - 1);
  }

  /** How a path that leads through a project has it in its text. */
  public static String part(ProjectId project) {
    return BETWEEN + project + BETWEEN;
  }

  /** {@code /org/physics/hep/}; a slash is in no project's id. */
  @Override
  public String toString() {
    return nodes.stream()
        .map(ProjectId::value)
        .collect(Collectors.joining(BETWEEN, BETWEEN, BETWEEN));
  }
}
