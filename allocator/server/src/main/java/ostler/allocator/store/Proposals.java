package ostler.allocator.store;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Where;
import ostler.allocator.engine.placement.Fleet;
import ostler.allocator.engine.placement.Placement;
import ostler.allocator.engine.placement.Request;
import ostler.allocator.engine.placement.Verdicts;
import ostler.inventory.HostName;

/** Which hosts to try first, by the picture in memory. The database decides. */
final class Proposals {

  private final FleetFeed feed;

  Proposals(FleetFeed feed) {
    this.feed = feed;
  }

  /**
   * The hosts that seem to be able to serve a request, the best first; absent where the picture is
   * too old to say.
   *
   * @param limit how many to name at most
   */
  Optional<List<HostName>> hosts(Request request, Where where, Instant now, int limit) {
    return feed.fleet() instanceof Outcome.Done<Fleet> fresh
        ? Optional.of(hosts(fresh.value(), request, where, now, limit))
        : Optional.empty();
  }

  private static List<HostName> hosts(
      Fleet fleet, Request request, Where where, Instant now, int limit) {
    int[] places =
        where.isAnywhere()
            ? fleet.places()
            : fleet.places(where.hosts().stream().map(HostName::value).toList());
    Verdicts verdicts = new Placement(fleet, request).judge(places, now);
    // A score and a place in one number, so that sorting makes no objects.
    long[] passed =
        IntStream.range(0, places.length)
            .filter(verdicts::passes)
            .mapToLong(i -> ((long) -verdicts.score(i) << Integer.SIZE) + places[i])
            .toArray();
    Arrays.sort(passed);
    return Arrays.stream(passed)
        .limit(limit)
        .mapToObj(host -> fleet.hosts().get((int) host).name())
        .toList();
  }
}
