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
import java.util.stream.Collectors;
import ostler.allocator.engine.Choice;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Refusal;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.Where;
import ostler.allocator.engine.placement.Guest;
import ostler.allocator.engine.placement.Request;
import ostler.allocator.engine.placement.Request.Need;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.flavor.ReleaseAt;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;

/** What requests name, read once for all of them: projects, aliases, and what aliases mean. */
final class Catalog {

  private final Desk desk;
  private final Set<ProjectId> projects;
  private final Map<AliasName, Alias> aliases;
  private final Map<AliasName, List<String>> models = new HashMap<>();

  private Catalog(Desk desk, Set<ProjectId> projects, Map<AliasName, Alias> aliases) {
    this.desk = desk;
    this.projects = projects;
    this.aliases = aliases;
  }

  static Catalog read(Desk desk, Collection<ClaimRequest> requests) {
    if (requests.isEmpty()) {
      return new Catalog(desk, Set.of(), Map.of());
    }
    Set<AliasName> named = new HashSet<>();
    requests.forEach(request -> request.parts().forEach(part -> named.add(part.alias())));
    Map<AliasName, Alias> aliases = new HashMap<>();
    desk.aliases.find(named).forEach(alias -> aliases.put(alias.name(), alias));
    return new Catalog(
        desk,
        desk.projects.known(
            requests.stream().map(ClaimRequest::project).collect(Collectors.toSet())),
        aliases);
  }

  /** The models that a part may mean, by the ids that units refer to; looked up when asked for. */
  List<String> models(Part part) {
    return models.computeIfAbsent(part.alias(), name -> desk.units.modelsOf(aliases.get(name)));
  }

  Alias alias(Part part) {
    return aliases.get(part.alias());
  }

  /** What it names that is not there, empty where all is. */
  Optional<Refusal> objection(ClaimRequest request) {
    if (!projects.contains(request.project())) {
      return Optional.of(refusal(TreeDesk.unknown(request.project())));
    }
    return request.parts().stream()
        .map(Part::alias)
        .filter(alias -> !aliases.containsKey(alias))
        .findFirst()
        .map(alias -> refusal(AliasDesk.unknown(alias)));
  }

  private static Refusal refusal(Outcome<Void> refused) {
    return ((Outcome.Refused<Void>) refused).refusal();
  }

  /** The request with its aliases in the place of their names. */
  Request asked(ClaimRequest request) {
    return new Request(
        request.parts().stream().map(part -> new Need(alias(part), part.count())).toList(),
        Guest.PLAIN,
        Optional.of(request.project()));
  }

  /** The hosts that seem to have what is asked for, the best first, by the picture in memory. */
  Optional<List<HostName>> proposed(ClaimRequest request, Instant now, int limit) {
    return desk.proposals.hosts(asked(request), request.where(), now, limit);
  }

  /** The same by the database, which is slower and never old: in order of name. */
  List<HostName> candidates(ClaimRequest request, Instant now, int limit) {
    boolean several = request.parts().size() > 1;
    List<HostName> hosts = null;
    for (Part part : request.parts()) {
      Map<HostName, Integer> some =
          desk.units.cleanByHost(
              models(part),
              alias(part),
              part.count(),
              request.project(),
              request.where(),
              now.minus(Host.SILENT_AFTER),
              several ? Integer.MAX_VALUE : limit);
      if (hosts == null) {
        hosts = new ArrayList<>(some.keySet());
      } else {
        hosts.retainAll(some.keySet());
      }
    }
    return hosts.subList(0, Math.min(limit, hosts.size()));
  }

  /** The units that a part may mean, on some hosts or, where none is named, on all. */
  List<Unit> units(Part part, List<HostName> hosts, int limit) {
    return desk.units.ofModels(models(part), Units.kinds(alias(part)), hosts, limit);
  }

  /** Whether a unit is of a kind and made of what a part may mean. */
  boolean isMeant(Unit unit, Part part) {
    return alias(part).rules().stream()
        .anyMatch(rule -> rule.kind() == unit.kind() && rule.matches(unit.model()));
  }

  /** How many units each host seems to have for a part. */
  Map<HostName, Integer> clean(Part part, ProjectId project, Where where, Instant heardSince) {
    return desk.units.cleanByHost(
        models(part), alias(part), 1, project, where, heardSince, Integer.MAX_VALUE);
  }

  /** What of a unit's charge is kept until it is clean again; empty where nothing is. */
  Optional<String> kept(Part part, Choice choice) {
    return alias(part).releaseAt() == ReleaseAt.CLEAN
        ? Optional.of(ClaimCharges.keptText(part.alias(), choice))
        : Optional.empty();
  }
}
