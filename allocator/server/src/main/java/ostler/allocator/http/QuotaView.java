package ostler.allocator.http;

import java.util.List;
import java.util.Optional;
import ostler.allocator.http.QuotaCalls.Sight;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.store.QuotaDesk.Line;
import ostler.inventory.ProjectId;

/**
 * A project's limits and what is used of them, by the project with all below it.
 *
 * @param held units that tenants have
 * @param cleaning units that were given back and are not clean yet
 */
public record QuotaView(String project, long held, long cleaning, List<LimitView> limits) {

  /**
   * One key.
   *
   * @param limit -1 for unlimited, null where this project sets none
   * @param cleaning of what is used, what no tenant has any more
   * @param over by how much the limit is exceeded, since it was lowered
   * @param room how much more could be had now; null for any number
   * @param boundBy the project whose limit leaves the least room; null where none does
   * @param boundAbove whether a limit that is not yours to see leaves even less
   */
  public record LimitView(
      String key,
      Long limit,
      long used,
      long cleaning,
      long over,
      Long room,
      String boundBy,
      boolean boundAbove) {

    static LimitView of(Line line, Sight sight) {
      Optional<Quota> seen =
          Quota.tightest(line.limits().stream().filter(q -> sight.sees(q.project())).toList());
      Optional<Quota> all = Quota.tightest(line.limits());
      Optional<Long> room = line.denied() ? Optional.of(0L) : seen.flatMap(Quota::room);
      return new LimitView(
          line.own().key().value(),
          line.own().limit().map(limit -> limit.value()).orElse(null),
          line.own().used(),
          line.cleaning(),
          line.own().over(),
          room.map(left -> Math.max(0, left)).orElse(null),
          seen.map(quota -> quota.project().value()).orElse(null),
          !all.equals(seen));
    }
  }

  static QuotaView of(ProjectId project, List<Line> lines, Sight sight) {
    long cleaning = used(lines, ResourceKey.CLEANING);
    long kept =
        lines.stream()
            .filter(line -> line.own().key().equals(ResourceKey.TOTAL))
            .mapToLong(Line::cleaning)
            .sum();
    return new QuotaView(
        project.value(),
        used(lines, ResourceKey.TOTAL) - kept,
        cleaning,
        lines.stream().map(line -> LimitView.of(line, sight)).toList());
  }

  private static long used(List<Line> lines, ResourceKey key) {
    return lines.stream()
        .filter(line -> line.own().key().equals(key))
        .mapToLong(line -> line.own().used())
        .sum();
  }
}
