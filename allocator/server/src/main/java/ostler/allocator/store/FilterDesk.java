package ostler.allocator.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.placement.Fleet;
import ostler.allocator.engine.placement.Guest;
import ostler.allocator.engine.placement.Placement;
import ostler.allocator.engine.placement.Request;
import ostler.allocator.engine.placement.Request.Need;
import ostler.allocator.engine.placement.Verdicts;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;

/** Says of many hosts at once which of them could serve a request. Nothing is held or promised. */
public final class FilterDesk {

  private final Desk desk;

  public FilterDesk(Desk desk) {
    this.desk = desk;
  }

  /**
   * What was found.
   *
   * @param age of the picture that it was found in
   */
  public record Filtered(Verdicts verdicts, Duration age) {}

  /**
   * Judges hosts by their names, as they were written; a host that nobody knows is refused as such.
   */
  public Outcome<Filtered> filter(List<Part> parts, Guest guest, List<String> hosts) {
    desk.fleet.refresh();
    return desk.transactions
        .read(() -> request(parts, guest))
        .then(request -> desk.fleet.fleet().map(fleet -> judge(fleet, request, hosts)));
  }

  private Filtered judge(Fleet fleet, Request request, List<String> hosts) {
    Verdicts verdicts =
        new Placement(fleet, request).judge(fleet.places(hosts), desk.clock.instant());
    return new Filtered(verdicts, desk.fleet.age());
  }

  private Outcome<Request> request(List<Part> parts, Guest guest) {
    Map<AliasName, Alias> known = new HashMap<>();
    desk.aliases
        .find(parts.stream().map(Part::alias).toList())
        .forEach(alias -> known.put(alias.name(), alias));
    List<Need> needs = new ArrayList<>();
    for (Part part : parts) {
      Alias alias = known.get(part.alias());
      if (alias == null) {
        return AliasDesk.unknown(part.alias());
      }
      needs.add(new Need(alias, part.count()));
    }
    return Outcome.done(new Request(needs, guest));
  }
}
