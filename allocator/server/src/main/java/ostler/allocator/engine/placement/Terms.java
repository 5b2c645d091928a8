package ostler.allocator.engine.placement;

import java.util.List;
import ostler.allocator.engine.placement.Request.Need;
import ostler.flavor.AliasRule;
import ostler.flavor.HostOrder;
import ostler.flavor.NumaPolicy;
import ostler.flavor.Topology;
import ostler.flavor.UnitShape;
import ostler.inventory.ProjectId;
import ostler.inventory.WipeLevel;

/** A request worked out once against the shapes of a fleet, so that hosts are judged by numbers. */
final class Terms {

  final Request request;
  final Guest guest;

  /** Who asks, null where nobody says. */
  final ProjectId project;

  final int needs;

  // What each need asks for.
  final int[] count;
  final WipeLevel[] leastLevel;
  final int[] alternatives;
  final NumaPolicy[] numa;

  /** Null where the units may lie as they like, and for one unit, which always lies well. */
  final Topology[] topology;

  final HostOrder order;

  /** How much memory the units of each shape have, 0 where nobody knows. */
  final long[] memoryMib;

  /** The least memory that an alternative asks for, 0 where it asks for none. */
  final long[][] leastMemoryMib;

  /** For a need and a shape the alternatives that mean it, a bit for each. */
  final int[][] meant;

  /** Whether two needs may want the same units. */
  final boolean contested;

  Terms(Request request, List<UnitShape> shapes) {
    this.request = request;
    this.guest = request.guest();
    this.project = request.project().orElse(null);
    List<Need> asked = request.needs();
    needs = asked.size();
    count = asked.stream().mapToInt(Need::count).toArray();
    leastLevel = asked.stream().map(need -> need.alias().level()).toArray(WipeLevel[]::new);
    alternatives = asked.stream().mapToInt(need -> need.alias().rules().size()).toArray();
    numa = asked.stream().map(need -> need.alias().wishes().numa()).toArray(NumaPolicy[]::new);
    topology = asked.stream().map(Terms::topology).toArray(Topology[]::new);
    order = asked.get(0).alias().wishes().hosts();
    memoryMib = shapes.stream().mapToLong(shape -> shape.memoryMib().orElse(0)).toArray();
    leastMemoryMib =
        asked.stream()
            .map(
                need ->
                    need.alias().rules().stream()
                        .mapToLong(rule -> rule.memoryMib().orElse(0L))
                        .toArray())
            .toArray(long[][]::new);
    meant =
        asked.stream()
            .map(
                need ->
                    shapes.stream().mapToInt(shape -> meant(need.alias().rules(), shape)).toArray())
            .toArray(int[][]::new);
    contested = contested(meant, shapes.size());
  }

  private static Topology topology(Need need) {
    return need.count() == 1 ? null : need.alias().wishes().topology().orElse(null);
  }

  private static int meant(List<AliasRule> rules, UnitShape shape) {
    int bits = 0;
    for (int i = 0; i < rules.size(); i++) {
      bits |= rules.get(i).matches(shape) ? 1 << i : 0;
    }
    return bits;
  }

  private static boolean contested(int[][] meant, int shapes) {
    for (int shape = 0; shape < shapes; shape++) {
      int wanted = 0;
      for (int[] need : meant) {
        wanted += need[shape] == 0 ? 0 : 1;
      }
      if (wanted > 1) {
        return true;
      }
    }
    return false;
  }
}
