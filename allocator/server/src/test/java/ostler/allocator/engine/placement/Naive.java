package ostler.allocator.engine.placement;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.placement.Request.Need;
import ostler.flavor.AliasRule;
import ostler.flavor.NumaPolicy;
import ostler.flavor.Topology;
import ostler.inventory.NumaNode;
import ostler.inventory.UnitKind;

/**
 * The same judgement as the real one in the plainest way: every choice of units is made and looked
 * at. It is slow, and nothing in it is shared with what it is compared to.
 */
final class Naive {

  /** A host as it is, unit by unit. */
  record NaiveHost(
      boolean cordoned,
      Optional<Instant> lastSeen,
      Map<NumaNode, Integer> sockets,
      List<PlacedUnit> units) {}

  private final NaiveHost host;
  private final Request request;

  private Naive(NaiveHost host, Request request) {
    this.host = host;
    this.request = request;
  }

  /** Why the host cannot; absent where it can. */
  static Optional<Code> judge(NaiveHost host, Request request, Instant now) {
    if (host.cordoned()) {
      return Optional.of(Code.HOST_CORDONED);
    }
    if (host.lastSeen().isEmpty() || host.lastSeen().get().isBefore(now.minusSeconds(45))) {
      return Optional.of(Code.HOST_SILENT);
    }
    Naive naive = new Naive(host, request);
    return naive.serves(request.needs(), true) ? Optional.empty() : Optional.of(naive.code());
  }

  /**
   * Whether units that were chosen really serve the request, on some nodes that the guest may have.
   */
  static boolean isSound(NaiveHost host, Request request, List<List<PlacedUnit>> chosen) {
    Naive naive = new Naive(host, request);
    List<PlacedUnit> all = chosen.stream().flatMap(List::stream).toList();
    return new HashSet<>(all).size() == all.size()
        && all.stream().allMatch(unit -> naive.objection(unit).isEmpty())
        && !excludes(all)
        && naive.nodeSets().stream()
            .anyMatch(
                nodes -> {
                  for (int i = 0; i < chosen.size(); i++) {
                    if (!naive.isGood(request.needs().get(i), chosen.get(i), nodes, true)) {
                      return false;
                    }
                  }
                  return true;
                });
  }

  private Code code() {
    for (Need need : request.needs()) {
      List<Code> byAlternative = new ArrayList<>();
      for (AliasRule rule : need.alias().rules()) {
        byAlternative.add(counted(need, rule));
      }
      if (!byAlternative.contains(null)) {
        return byAlternative.stream().min((a, b) -> stage(b) - stage(a)).orElseThrow();
      }
      if (!serves(List.of(need), false)) {
        return Code.NUMA_MISMATCH;
      }
      if (!serves(List.of(need), true)) {
        return switch (need.alias().wishes().topology().orElseThrow()) {
          case SAME_SWITCH -> Code.NOT_BEHIND_ONE_SWITCH;
          case SAME_ISLAND -> Code.NOT_IN_ONE_ISLAND;
          case SPREAD -> Code.NOT_SPREAD;
        };
      }
    }
    return Code.PARTS_COLLIDE;
  }

  private static int stage(Code code) {
    return switch (code) {
      case NO_MATCH -> 0;
      case TOO_FEW_ON_ONE_HOST -> 1;
      case LEVEL_TOO_LOW -> 3;
      default -> 2;
    };
  }

  private Code counted(Need need, AliasRule rule) {
    List<PlacedUnit> meant = host.units().stream().filter(u -> rule.matches(u.shape())).toList();
    if (meant.isEmpty()) {
      return Code.NO_MATCH;
    }
    if (meant.size() < need.count()) {
      return Code.TOO_FEW_ON_ONE_HOST;
    }
    List<PlacedUnit> free = meant.stream().filter(u -> objection(u).isEmpty()).toList();
    if (free.size() < need.count()) {
      Map<Code, Long> counts =
          meant.stream()
              .flatMap(u -> objection(u).stream())
              .collect(Collectors.groupingBy(c -> c, Collectors.counting()));
      long most = counts.values().stream().max(Long::compare).orElseThrow();
      return counts.keySet().stream().filter(c -> counts.get(c) == most).min(Code::compareTo).get();
    }
    long clean = free.stream().filter(u -> u.level().satisfies(need.alias().level())).count();
    return clean < need.count() ? Code.LEVEL_TOO_LOW : null;
  }

  private Optional<Code> objection(PlacedUnit unit) {
    return unit.objection()
        .or(
            () ->
                host.units().stream()
                    .filter(other -> other.objection().equals(Optional.of(Code.CLAIMED)))
                    .filter(other -> isWhole(other) != isWhole(unit) && ofOneCard(other, unit))
                    .map(other -> Code.CARD_IN_USE)
                    .findFirst());
  }

  private boolean serves(List<Need> needs, boolean withTopology) {
    return nodeSets().stream()
        .anyMatch(nodes -> serves(needs, 0, new ArrayList<>(), nodes, withTopology));
  }

  private boolean serves(
      List<Need> needs, int at, List<PlacedUnit> taken, Set<NumaNode> nodes, boolean topology) {
    if (at == needs.size()) {
      return !excludes(taken);
    }
    Need need = needs.get(at);
    List<PlacedUnit> units = host.units();
    for (int bits = 0; bits < 1 << units.size(); bits++) {
      if (Integer.bitCount(bits) != need.count()) {
        continue;
      }
      List<PlacedUnit> chosen = new ArrayList<>();
      for (int i = 0; i < units.size(); i++) {
        if ((bits >> i & 1) != 0) {
          chosen.add(units.get(i));
        }
      }
      if (chosen.stream().anyMatch(taken::contains)
          || chosen.stream().anyMatch(unit -> objection(unit).isPresent())
          || !isGood(need, chosen, nodes, topology)) {
        continue;
      }
      List<PlacedUnit> more = new ArrayList<>(taken);
      more.addAll(chosen);
      if (serves(needs, at + 1, more, nodes, topology)) {
        return true;
      }
    }
    return false;
  }

  private boolean isGood(
      Need need, List<PlacedUnit> chosen, Set<NumaNode> nodes, boolean withTopology) {
    return chosen.size() == need.count()
        && need.alias().rules().stream()
            .anyMatch(rule -> chosen.stream().allMatch(unit -> rule.matches(unit.shape())))
        && chosen.stream().allMatch(unit -> unit.level().satisfies(need.alias().level()))
        && chosen.stream().allMatch(unit -> isNear(need.alias().wishes().numa(), unit, nodes))
        && (!withTopology || liesWell(need.alias().wishes().topology(), chosen));
  }

  private boolean isNear(NumaPolicy policy, PlacedUnit unit, Set<NumaNode> nodes) {
    if (request.guest().cells() == 0) {
      return true;
    }
    Optional<NumaNode> node = unit.place().numaNode();
    return switch (policy) {
      case REQUIRED -> node.isPresent() && nodes.contains(node.get());
      case LEGACY -> node.isEmpty() || nodes.contains(node.get());
      case PREFERRED -> true;
      case SOCKET -> node.filter(n -> nodes.contains(n) || isOnSocketOfOne(n, nodes)).isPresent();
    };
  }

  private boolean isOnSocketOfOne(NumaNode node, Set<NumaNode> nodes) {
    Integer socket = host.sockets().get(node);
    return socket != null && nodes.stream().anyMatch(n -> socket.equals(host.sockets().get(n)));
  }

  private static boolean liesWell(Optional<Topology> wish, List<PlacedUnit> chosen) {
    if (wish.isEmpty() || chosen.size() == 1) {
      return true;
    }
    List<Object> switches = new ArrayList<>();
    List<Object> islands = new ArrayList<>();
    for (PlacedUnit unit : chosen) {
      // What is behind none shares none with another.
      switches.add(unit.place().pcieSwitch().<Object>map(s -> s).orElseGet(Object::new));
      islands.add(unit.place().island().<Object>map(i -> i).orElseGet(Object::new));
    }
    return switch (wish.get()) {
      case SAME_SWITCH -> new HashSet<>(switches).size() == 1;
      case SAME_ISLAND -> new HashSet<>(islands).size() == 1;
      case SPREAD -> new HashSet<>(switches).size() == chosen.size();
    };
  }

  private static boolean excludes(List<PlacedUnit> taken) {
    return taken.stream()
        .anyMatch(
            one ->
                taken.stream()
                    .anyMatch(other -> isWhole(one) && !isWhole(other) && ofOneCard(one, other)));
  }

  private static boolean ofOneCard(PlacedUnit one, PlacedUnit other) {
    return one.place().card().isPresent() && one.place().card().equals(other.place().card());
  }

  private static boolean isWhole(PlacedUnit unit) {
    return unit.shape().kind() == UnitKind.WHOLE;
  }

  /** Every set of nodes that the guest may lie on. */
  private List<Set<NumaNode>> nodeSets() {
    Guest guest = request.guest();
    if (guest.cells() == 0 || !guest.nodes().isEmpty()) {
      return List.of(guest.nodes());
    }
    Set<NumaNode> known = new TreeSet<>(host.sockets().keySet());
    host.units().forEach(unit -> unit.place().numaNode().ifPresent(known::add));
    List<NumaNode> nodes = List.copyOf(known);
    List<Set<NumaNode>> sets = new ArrayList<>();
    for (int bits = 0; bits < 1 << nodes.size(); bits++) {
      if (Integer.bitCount(bits) == Math.min(guest.cells(), nodes.size())) {
        Set<NumaNode> set = new TreeSet<>();
        for (int i = 0; i < nodes.size(); i++) {
          if ((bits >> i & 1) != 0) {
            set.add(nodes.get(i));
          }
        }
        sets.add(set);
      }
    }
    return sets;
  }
}
