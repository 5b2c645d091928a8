package ostler.allocator.quota;

import java.util.Objects;
import java.util.Optional;
import ostler.inventory.ProjectId;

/**
 * A project, what people call it, and under which other it stands.
 *
 * @param parent absent for a root, of which there may be many
 */
public record Project(ProjectId id, String name, Optional<ProjectId> parent) {
  public Project {
    Objects.requireNonNull(id);
    Objects.requireNonNull(name);
    Objects.requireNonNull(parent);
  }
}
