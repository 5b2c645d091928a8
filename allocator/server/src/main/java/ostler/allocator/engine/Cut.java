package ostler.allocator.engine;

import java.util.Objects;
import java.util.Optional;
import ostler.inventory.ProjectId;

/**
 * Whom a parent serves by its slices, from when it is sliced until it is whole again.
 *
 * @param project that it serves since its first claim, absent before that and where it is shared
 * @param shared whether it serves several projects at a time
 * @param functions how many virtual functions its host was told to make
 * @param emptying whether its slices are being taken away, so that it can be wiped as a whole
 */
public record Cut(Optional<ProjectId> project, boolean shared, int functions, boolean emptying) {

  /** Of a unit that is not sliced. */
  public static final Cut NONE = new Cut(Optional.empty(), false, 0, false);

  public Cut {
    Objects.requireNonNull(project);
    if (shared && project.isPresent()) {
      throw new IllegalArgumentException("what is shared is no single project's");
    }
  }

  /** As a layout says, and nobody's yet. */
  static Cut by(Layout layout) {
    return new Cut(Optional.empty(), layout.shared(), layout.functions(), false);
  }

  /** Whether a claim of the project may have a slice of it. */
  public boolean mayServe(ProjectId other) {
    return shared || project.map(other::equals).orElse(true);
  }

  /** The same once a claim of that project has a slice. */
  public Cut serving(ProjectId first) {
    return shared || project.isPresent()
        ? this
        : new Cut(Optional.of(first), false, functions, emptying);
  }

  /** The same once nobody but a claim of that project has any of it. */
  public Cut servingOnly(ProjectId now) {
    return shared ? this : new Cut(Optional.of(now), false, functions, emptying);
  }

  /** The same while its slices are taken away. */
  public Cut beingEmptied() {
    return new Cut(project, shared, functions, true);
  }
}
