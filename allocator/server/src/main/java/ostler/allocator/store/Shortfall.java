package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import ostler.allocator.engine.Availability;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.HostStanding;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;
import ostler.allocator.engine.Unit;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;

/** Says why what is asked for cannot be had. */
final class Shortfall {

  /** How many units a refusal looks at to say why none is available. */
  private static final int MAX_EXPLAINED_UNITS = 10_000;

  /** How many hosts a refusal speaks of one by one. */
  private static final int MAX_EXPLAINED_HOSTS = 100;

  private final Desk desk;
  private final Catalog catalog;
  private final Instant now;
  private final Map<HostName, Optional<HostStanding>> standings = new HashMap<>();
  private final Map<UnitId, Optional<Unit>> parents = new HashMap<>();

  Shortfall(Desk desk, Catalog catalog, Instant now) {
    this.desk = desk;
    this.catalog = catalog;
    this.now = now;
  }

  /** One reason for each host that was named; else how many units are out for which reason. */
  Refusal of(ClaimRequest request) {
    List<Reason> reasons =
        request.where().isAnywhere() ? byCode(request) : byHost(request, request.where().hosts());
    return new Refusal(
        Code.NO_CAPACITY,
        request.asked()
            + " cannot be had now from "
            + request.where()
            + ": "
            + found(reasons)
            + "; ask again later, or let the alias be resolved to see why",
        reasons);
  }

  private static String found(List<Reason> reasons) {
    if (reasons.isEmpty()) {
      return "no unit matches it";
    }
    return reasons.stream().anyMatch(reason -> reason.code() == Code.TOO_FEW_ON_ONE_HOST)
        ? "no host has as many left"
        : "none of those that match is left";
  }

  /** Without naming units or hosts: tenants read this. */
  private List<Reason> byCode(ClaimRequest request) {
    Map<Code, Set<Unit>> counts = new TreeMap<>();
    for (Part part : request.parts()) {
      for (Unit unit : catalog.units(part, List.of(), MAX_EXPLAINED_UNITS)) {
        counts
            .computeIfAbsent(code(unit, part, request.project()), code -> new HashSet<>())
            .add(unit);
      }
    }
    return counts.entrySet().stream()
        .map(count -> new Reason(count.getKey(), units(count.getValue().size())))
        .toList();
  }

  private Code code(Unit unit, Part part, ProjectId project) {
    Optional<Unit> parent = unit.slice().flatMap(slice -> parent(slice.parent()));
    return Availability.objection(
            unit, parent, standing(unit.host()).orElseThrow(), catalog.alias(part).level())
        .or(() -> parent.flatMap(card -> Availability.objection(unit, card, project)))
        .map(Reason::code)
        .orElse(Code.TOO_FEW_ON_ONE_HOST);
  }

  private Optional<Unit> parent(UnitId id) {
    return parents.computeIfAbsent(id, desk.units::find);
  }

  private List<Reason> byHost(ClaimRequest request, List<HostName> hosts) {
    List<Reason> reasons = new ArrayList<>();
    Map<HostName, List<Unit>> units =
        request.parts().stream()
            .flatMap(part -> catalog.units(part, hosts, MAX_EXPLAINED_UNITS).stream())
            .distinct()
            .collect(Collectors.groupingBy(Unit::host));
    hosts.stream()
        .limit(MAX_EXPLAINED_HOSTS)
        .forEach(host -> reasons.add(ofHost(host, units.getOrDefault(host, List.of()), request)));
    return reasons;
  }

  private Reason ofHost(HostName host, List<Unit> units, ClaimRequest request) {
    Optional<HostStanding> standing = standing(host);
    if (standing.isEmpty()) {
      return new Reason(Code.UNKNOWN_HOST, "there is no host " + host + "; look at the hosts");
    }
    Optional<Reason> whole = Availability.objection(standing.get());
    if (whole.isPresent()) {
      return whole.get();
    }
    return request.parts().stream()
        .flatMap(part -> shortOf(host, units, part, request.project()).stream())
        .findFirst()
        .orElseGet(
            () ->
                new Reason(
                    Code.TOO_FEW_ON_ONE_HOST,
                    "host " + host + " has units for each part, but not for all of them at once"));
  }

  private Optional<Reason> shortOf(HostName host, List<Unit> units, Part part, ProjectId project) {
    Map<Code, Integer> counts = new TreeMap<>();
    units.stream()
        .filter(unit -> catalog.isMeant(unit, part))
        .forEach(unit -> counts.merge(code(unit, part, project), 1, Integer::sum));
    int free = Optional.ofNullable(counts.remove(Code.TOO_FEW_ON_ONE_HOST)).orElse(0);
    if (free >= part.count()) {
      return Optional.empty();
    }
    Code code = free > 0 ? Code.TOO_FEW_ON_ONE_HOST : worst(counts);
    String others =
        counts.entrySet().stream()
            .map(count -> units(count.getValue()) + " " + count.getKey())
            .collect(Collectors.joining(", "));
    return Optional.of(
        new Reason(
            code,
            "host "
                + host
                + " has "
                + units(free)
                + " of alias "
                + part.alias()
                + " to give and "
                + part.count()
                + " are asked for"
                + (others.isEmpty() ? "" : " (" + others + ")")));
  }

  /** What stands in the way of the most, but first what only waits for another project's end. */
  private static Code worst(Map<Code, Integer> counts) {
    return counts.containsKey(Code.PARENT_TAKEN)
        ? Code.PARENT_TAKEN
        : counts.entrySet().stream()
            .max(Comparator.comparing(Map.Entry::getValue))
            .map(Map.Entry::getKey)
            .orElse(Code.ALIAS_MISMATCH);
  }

  private Optional<HostStanding> standing(HostName name) {
    return standings.computeIfAbsent(
        name, host -> desk.hosts.find(host).map((Host found) -> found.standing(now)));
  }

  static String units(int count) {
    return count == 1 ? "1 unit" : count + " units";
  }
}
