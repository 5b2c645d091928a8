package ostler.allocator.engine.placement;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.HostStanding;
import ostler.allocator.engine.Reason;
import ostler.flavor.Alias;
import ostler.flavor.Alias.Wishes;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.HostOrder;
import ostler.flavor.NumaPolicy;
import ostler.flavor.PciNumber;
import ostler.flavor.Topology;
import ostler.flavor.UnitModel;
import ostler.flavor.UnitShape;
import ostler.inventory.HostName;
import ostler.inventory.NumaNode;
import ostler.inventory.Share;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;
import ostler.pci.PciAddress;

/** Hosts in a few words, and what is asked of them. */
final class Hosts {

  static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  private final Shapes shapes = new Shapes();
  private final Map<HostName, List<PlacedUnit>> units = new HashMap<>();
  private final Map<UnitId, String> names = new HashMap<>();
  private final Map<NumaNode, Integer> sockets = new HashMap<>();
  private Fleet fleet = Fleet.EMPTY;

  /** A unit in a few words; what is not said is not known. */
  record Card(
      String name,
      int vendor,
      UnitKind kind,
      long memoryMib,
      int node,
      int bridge,
      String island,
      int card,
      Optional<Code> objection) {

    static Card of(String name, int vendor) {
      return new Card(name, vendor, UnitKind.WHOLE, 0, -1, -1, "", -1, Optional.empty());
    }

    Card at(int numaNode) {
      return new Card(name, vendor, kind, memoryMib, numaNode, bridge, island, card, objection);
    }

    Card behind(int pcieSwitch) {
      return new Card(name, vendor, kind, memoryMib, node, pcieSwitch, island, card, objection);
    }

    Card in(String joined) {
      return new Card(name, vendor, kind, memoryMib, node, bridge, joined, card, objection);
    }

    Card with(long mib) {
      return new Card(name, vendor, kind, mib, node, bridge, island, card, objection);
    }

    Card sliceOf(UnitKind of, int function) {
      return new Card(name, vendor, of, memoryMib, node, bridge, island, function, objection);
    }

    Card out(Code why) {
      return new Card(name, vendor, kind, memoryMib, node, bridge, island, card, Optional.of(why));
    }
  }

  Hosts socket(int node, int socket) {
    sockets.put(new NumaNode(node), socket);
    return this;
  }

  Hosts add(String host, Card... cards) {
    HostName name = new HostName(host);
    List<PlacedUnit> there = units.computeIfAbsent(name, added -> new ArrayList<>());
    for (Card card : cards) {
      PlacedUnit unit = unit(card);
      names.put(unit.id(), card.name());
      there.add(unit);
    }
    HostUnits drawn =
        HostUnits.draw(
            new HostStanding(name, Optional.empty(), false),
            Optional.of(NOW),
            sockets,
            there,
            shapes);
    fleet = fleet.with(List.of(drawn), Set.of(), shapes);
    return this;
  }

  Fleet fleet() {
    return fleet;
  }

  Optional<Code> judge(String host, Request request) {
    Optional<Code> code =
        new Placement(fleet, request).judge(fleet.places(List.of(host)), NOW).code(0);
    Optional<Reason> reason = new Placement(fleet, request).objection(new HostName(host), NOW);
    if (!code.equals(reason.map(Reason::code))) {
      throw new AssertionError("judged " + code + " and explained " + reason);
    }
    return code;
  }

  int score(String host, Request request) {
    return new Placement(fleet, request).judge(fleet.places(List.of(host)), NOW).score(0);
  }

  /** The names of the units that are chosen, in order; empty where there are too few. */
  List<String> choose(String host, Request request) {
    return new Placement(fleet, request)
        .plan(fleet.place(host), NOW, unit -> true)
        .map(plan -> plan.units().stream().map(unit -> names.get(unit.unit())).sorted().toList())
        .orElse(List.of());
  }

  static Request ask(int count, Alias alias, Guest guest) {
    return new Request(List.of(new Request.Need(alias, count)), guest);
  }

  static Guest on(int... nodes) {
    return Guest.on(
        IntStream.of(nodes).mapToObj(NumaNode::new).collect(Collectors.toCollection(TreeSet::new)));
  }

  static Alias alias(NumaPolicy policy, AliasRule... rules) {
    return alias(new Wishes(policy, Optional.empty(), HostOrder.PACK), rules);
  }

  static Alias alias(Topology topology, AliasRule... rules) {
    return alias(new Wishes(NumaPolicy.LEGACY, Optional.of(topology), HostOrder.PACK), rules);
  }

  static Alias alias(Wishes wishes, AliasRule... rules) {
    return new Alias(new AliasName("gpu"), List.of(rules), WipeLevel.L3, wishes);
  }

  static AliasRule rule(int vendor) {
    return rule(vendor, UnitKind.WHOLE, 0);
  }

  static AliasRule rule(int vendor, UnitKind kind, long memoryMib) {
    return new AliasRule(
        Optional.of(new PciNumber(vendor)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        memoryMib == 0 ? Optional.empty() : Optional.of(memoryMib),
        kind,
        Optional.empty(),
        new TreeSet<>());
  }

  /** The function that a card's number means. */
  static PciAddress function(int card) {
    return new PciAddress(1, card, 0, 0);
  }

  private PlacedUnit unit(Card card) {
    OptionalLong memory =
        card.memoryMib() == 0 ? OptionalLong.empty() : OptionalLong.of(card.memoryMib());
    return new PlacedUnit(
        new UnitId(new UUID(0, names.size())),
        1,
        new UnitShape(
            UnitModel.parse(new PciNumber(card.vendor()) + ":0001/0x030200"),
            card.kind(),
            Optional.empty(),
            Share.WHOLE,
            memory,
            new TreeSet<>()),
        new UnitPlace(
            memory,
            card.node() < 0 ? Optional.empty() : Optional.of(new NumaNode(card.node())),
            card.bridge() < 0
                ? Optional.empty()
                : Optional.of(new PciAddress(0, card.bridge(), 0, 0)),
            card.island().isEmpty()
                ? Optional.empty()
                : Optional.of(new UnitPlace.Island(card.island())),
            card.card() < 0 ? Optional.empty() : Optional.of(function(card.card()))),
        WipeLevel.L3,
        card.objection());
  }
}
