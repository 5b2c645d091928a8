package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import ostler.allocator.engine.Choice;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Host.LiveAgent;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.placement.Candidate;
import ostler.allocator.engine.placement.Fleet;
import ostler.allocator.engine.placement.HostUnits;
import ostler.allocator.engine.placement.PlacedUnit;
import ostler.allocator.engine.placement.Placement;
import ostler.allocator.engine.placement.Plan;
import ostler.allocator.engine.placement.Request;
import ostler.allocator.engine.placement.Shapes;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;

/** Hosts whose rows this transaction holds, and their units. */
final class Yard {

  private final Desk desk;
  private final Map<HostName, LockedHost> hosts = new TreeMap<>();
  private final Map<HostName, Long> revisions = new HashMap<>();
  private final Map<HostName, List<Placed>> units = new HashMap<>();
  private final Set<UnitId> taken = new HashSet<>();
  private final Map<UnitId, Unit> parents = new HashMap<>();

  Yard(Desk desk) {
    this.desk = desk;
  }

  /**
   * Takes the locks of more hosts.
   *
   * @param unlessLocked whether to pass by those that somebody else is busy with
   */
  void lock(Collection<HostName> names, boolean unlessLocked) {
    List<HostName> more = names.stream().filter(name -> !hosts.containsKey(name)).toList();
    for (Host host : desk.hosts.lock(more, unlessLocked)) {
      hosts.put(host.name(), new LockedHost(host));
      revisions.put(host.name(), host.revision());
    }
  }

  /** Reads the units of locked hosts, if they are not read yet. */
  void look(Collection<HostName> names) {
    List<HostName> unread =
        names.stream().filter(hosts::containsKey).filter(name -> !units.containsKey(name)).toList();
    if (!unread.isEmpty()) {
      Map<HostName, List<Placed>> read = desk.places.of(unread);
      unread.forEach(name -> units.put(name, read.getOrDefault(name, List.of())));
    }
  }

  Optional<LockedHost> host(HostName name) {
    return Optional.ofNullable(hosts.get(name));
  }

  /**
   * Takes the best units of a locked host for a request, which nobody else of this transaction gets
   * then; absent where it has too few.
   *
   * @param eligible which of them the request may be given
   */
  Optional<List<Choice>> take(
      HostName host, Request request, Predicate<UnitId> eligible, Instant now) {
    look(List.of(host));
    List<Placed> there = units.get(host);
    Shapes shapes = new Shapes();
    Host row = hosts.get(host).host();
    HostUnits drawn =
        HostUnits.draw(
            row.standing(now),
            row.agent().map(LiveAgent::lastSeen),
            Map.of(),
            there.stream().map(this::seen).toList(),
            shapes);
    Fleet alone = Fleet.EMPTY.with(List.of(drawn), Set.of(), shapes);
    return new Placement(alone, request)
        .plan(0, now, candidate -> eligible.test(candidate.unit()))
        .map(plan -> take(plan, request, there));
  }

  private List<Choice> take(Plan plan, Request request, List<Placed> there) {
    Map<UnitId, Placed> byId =
        there.stream().collect(Collectors.toMap(placed -> placed.unit().id(), placed -> placed));
    List<Choice> choices = new ArrayList<>();
    for (int part = 0; part < plan.parts().size(); part++) {
      for (Candidate candidate : plan.parts().get(part)) {
        Placed placed = byId.get(candidate.unit());
        taken.add(candidate.unit());
        placed.parent().ifPresent(parent -> serve(parent, request.project().orElseThrow()));
        choices.add(new Choice(placed.unit(), part, placed.shape()));
      }
    }
    return choices;
  }

  private void serve(Unit parent, ProjectId project) {
    Unit known = parents.getOrDefault(parent.id(), parent);
    parents.put(parent.id(), known.with(known.cut().serving(project)));
  }

  private PlacedUnit seen(Placed placed) {
    PlacedUnit seen = placed.seen();
    if (taken.contains(seen.id())) {
      return seen.refused(Code.CLAIMED);
    }
    return placed
        .parent()
        .map(parent -> parents.getOrDefault(parent.id(), parent))
        .flatMap(parent -> parent.cut().project())
        .map(seen::keptFor)
        .orElse(seen);
  }

  /** Those with new orders, as they are now. */
  List<Host> ordered() {
    return hosts.values().stream()
        .map(LockedHost::host)
        .filter(host -> host.revision() != revisions.get(host.name()))
        .toList();
  }
}
