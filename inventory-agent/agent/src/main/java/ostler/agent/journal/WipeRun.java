package ostler.agent.journal;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import ostler.inventory.WipeId;
import ostler.inventory.WipeStep;

/**
 * A wipe that was begun and has no record yet. After an interruption it begins again with its first
 * step, since nobody can tell what happened in between; these steps are then kept as aborted.
 */
public record WipeRun(WipeId wipe, Instant started, List<WipeStep> steps) {
  public WipeRun {
    Objects.requireNonNull(wipe);
    Objects.requireNonNull(started);
    steps = List.copyOf(steps);
  }
}
