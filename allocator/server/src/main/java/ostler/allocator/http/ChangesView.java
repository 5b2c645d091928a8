package ostler.allocator.http;

import java.util.List;
import java.util.Optional;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.TreePlan.Change;
import ostler.allocator.quota.TreePlan.Limited;
import ostler.allocator.quota.TreePlan.Made;
import ostler.allocator.quota.TreePlan.Moved;
import ostler.allocator.quota.TreePlan.Renamed;
import ostler.allocator.store.TreeDesk;
import ostler.inventory.ProjectId;

/**
 * What was done to the tree, or would be.
 *
 * @param over limits that are now below what is used
 */
public record ChangesView(boolean dryRun, List<ChangeView> changes, List<OverView> over) {

  /**
   * One thing that became other than it was.
   *
   * @param change made, renamed, moved or limit
   * @param key of a limit
   * @param from null where there was nothing
   * @param to null where there is nothing
   */
  public record ChangeView(String project, String change, String key, String from, String to) {
    static ChangeView of(Change change) {
      String project = change.project().value();
      if (change instanceof Made made) {
        return new ChangeView(project, "made", null, null, parent(made.made().parent()));
      }
      if (change instanceof Renamed renamed) {
        return new ChangeView(project, "renamed", null, renamed.from(), renamed.to());
      }
      if (change instanceof Moved moved) {
        return new ChangeView(project, "moved", null, parent(moved.from()), parent(moved.to()));
      }
      Limited limited = (Limited) change;
      return new ChangeView(
          project, "limit", limited.key().value(), number(limited.from()), number(limited.to()));
    }

    private static String parent(Optional<ProjectId> parent) {
      return parent.map(ProjectId::value).orElse(null);
    }

    private static String number(Optional<Limit> limit) {
      return limit.map(most -> Long.toString(most.value())).orElse(null);
    }
  }

  /** A limit that is below what is used. */
  public record OverView(String project, String key, long limit, long used) {
    static OverView of(Quota quota) {
      return new OverView(
          quota.project().value(),
          quota.key().value(),
          quota.limit().orElseThrow().value(),
          quota.used());
    }
  }

  static ChangesView of(boolean dryRun, TreeDesk.Applied applied) {
    return new ChangesView(
        dryRun,
        applied.changes().stream().map(ChangeView::of).toList(),
        applied.over().stream().map(OverView::of).toList());
  }
}
