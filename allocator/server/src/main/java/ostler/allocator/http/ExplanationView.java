package ostler.allocator.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ostler.allocator.http.QuotaCalls.Sight;
import ostler.allocator.quota.Explanation;
import ostler.allocator.quota.Explanation.Line;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.Verdict.Objection;
import ostler.inventory.ProjectId;

/**
 * Whether so much would be granted, level by level.
 *
 * @param binding the limit that leaves the least room; null where none is a number, or where it is
 *     not yours to see
 * @param reasons what stands against it
 */
public record ExplanationView(
    String project,
    boolean allowed,
    BindingView binding,
    List<LevelView> levels,
    List<String> reasons) {

  /** The limit that decides. */
  public record BindingView(String project, String key, long limit, long used) {
    static BindingView of(Quota quota) {
      return new BindingView(
          quota.project().value(),
          quota.key().value(),
          quota.limit().orElseThrow().value(),
          quota.used());
    }
  }

  /**
   * What one level says about one key.
   *
   * @param project null for the server's default, and for levels that are not yours to see
   * @param level project, default or above
   * @param limit -1 for unlimited, null where this level sets none
   * @param verdict ok, deny, or unset where this level leaves it to the others
   */
  public record LevelView(
      String key,
      String level,
      String project,
      Long limit,
      Long used,
      long asked,
      Long after,
      String verdict) {

    static LevelView of(Line line) {
      if (line.quota().isEmpty()) {
        return unnumbered(line, "default", line.allowed() ? "ok" : "deny");
      }
      Quota quota = line.quota().get();
      String said = quota.limit().isEmpty() ? "unset" : "ok";
      return new LevelView(
          line.key().value(),
          "project",
          quota.project().value(),
          quota.limit().map(limit -> limit.value()).orElse(null),
          quota.used(),
          line.asked(),
          quota.used() + line.asked(),
          line.allowed() ? said : "deny");
    }

    /** All that a tenant is told of what is above its own project: whether it says no. */
    static LevelView above(Line line) {
      return unnumbered(line, "above", "deny");
    }

    private static LevelView unnumbered(Line line, String level, String verdict) {
      return new LevelView(
          line.key().value(), level, null, null, null, line.asked(), null, verdict);
    }
  }

  static ExplanationView of(ProjectId project, Explanation explanation, Sight sight) {
    List<LevelView> levels = new ArrayList<>();
    for (Line line : explanation.lines()) {
      boolean seen = line.quota().map(quota -> sight.sees(quota.project())).orElse(true);
      if (seen) {
        levels.add(LevelView.of(line));
      } else if (!line.allowed()) {
        levels.add(LevelView.above(line));
      }
    }
    Optional<Quota> binding =
        explanation.verdict().binding().filter(quota -> sight.sees(quota.project()));
    return new ExplanationView(
        project.value(),
        explanation.verdict().isAllowed(),
        binding.map(BindingView::of).orElse(null),
        levels.stream().distinct().toList(),
        explanation.verdict().objections().stream()
            .map(objection -> said(objection, sight))
            .distinct()
            .toList());
  }

  private static String said(Objection objection, Sight sight) {
    return sight.sees(objection.project()) ? objection.sentence() : objection.sentenceForTenant();
  }
}
