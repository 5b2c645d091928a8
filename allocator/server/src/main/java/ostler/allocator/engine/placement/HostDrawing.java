package ostler.allocator.engine.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import ostler.allocator.engine.Code;
import ostler.inventory.NumaNode;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;
import ostler.pci.PciAddress;

/** A host's units on their way into the arrays of {@link Pools}: sorted into pools. */
final class HostDrawing {

  /** What the units of one pool have in common; pools are kept in this order. */
  record Pool(
      WipeLevel level,
      int shape,
      int node,
      int pcieSwitch,
      int island,
      int card,
      boolean whole,
      Optional<ProjectId> keptFor) {

    static final Comparator<Pool> ORDER =
        Comparator.comparing(Pool::level)
            .thenComparingInt(Pool::shape)
            .thenComparingInt(Pool::node)
            .thenComparingInt(Pool::pcieSwitch)
            .thenComparingInt(Pool::island)
            .thenComparingInt(Pool::card)
            .thenComparing(pool -> pool.keptFor().map(ProjectId::value).orElse(""));
  }

  /** What units that nobody may have are counted by. */
  record Out(int shape, Code code, boolean seemsFree) {

    static final Comparator<Out> ORDER =
        Comparator.comparingInt(Out::shape).thenComparing(Out::code).thenComparing(Out::seemsFree);
  }

  private final Map<NumaNode, Integer> nodes = new LinkedHashMap<>();
  private final Map<PciAddress, Integer> switches = new HashMap<>();
  private final Map<UnitPlace.Island, Integer> islands = new HashMap<>();
  private final Map<PciAddress, Integer> cards = new HashMap<>();
  private final Map<Pool, List<PlacedUnit>> pools = new TreeMap<>(Pool.ORDER);
  private final Map<Out, List<PlacedUnit>> outs = new TreeMap<>(Out.ORDER);

  HostDrawing(List<PlacedUnit> units, Set<NumaNode> known, Shapes shapes) {
    known.forEach(node -> number(nodes, Optional.of(node)));
    Cards shared = new Cards(units);
    for (PlacedUnit unit : units) {
      int shape = shapes.number(unit.shape());
      Optional<Code> objection = unit.objection().or(() -> shared.objection(unit));
      if (objection.isPresent()) {
        outs.computeIfAbsent(
                new Out(shape, objection.get(), unit.seemsFree()), out -> new ArrayList<>())
            .add(unit);
      } else {
        pools.computeIfAbsent(pool(unit, shape, shared), pool -> new ArrayList<>()).add(unit);
      }
    }
  }

  /** The nodes in order of their local numbers. */
  Set<NumaNode> nodes() {
    return nodes.keySet();
  }

  int switches() {
    return switches.size();
  }

  int islands() {
    return islands.size();
  }

  Map<Pool, List<PlacedUnit>> pools() {
    return pools;
  }

  Map<Out, List<PlacedUnit>> outs() {
    return outs;
  }

  private Pool pool(PlacedUnit unit, int shape, Cards shared) {
    UnitPlace place = unit.place();
    return new Pool(
        unit.level(),
        shape,
        number(nodes, place.numaNode()),
        number(switches, place.pcieSwitch()),
        number(islands, place.island()),
        number(cards, place.card().filter(shared::isMixed)),
        unit.shape().kind() == UnitKind.WHOLE,
        unit.keptFor());
  }

  private static <T> int number(Map<T, Integer> numbers, Optional<T> thing) {
    if (thing.isEmpty()) {
      return Pools.NONE;
    }
    Integer known = numbers.putIfAbsent(thing.get(), numbers.size());
    return known == null ? numbers.size() - 1 : known;
  }

  /** Cards that are there as a whole unit and as slices, of which only one can be given away. */
  private static final class Cards {

    private final Set<PciAddress> whole = new HashSet<>();
    private final Set<PciAddress> sliced = new HashSet<>();
    private final Set<PciAddress> wholeTaken = new HashSet<>();
    private final Set<PciAddress> sliceTaken = new HashSet<>();

    Cards(List<PlacedUnit> units) {
      for (PlacedUnit unit : units) {
        boolean taken = unit.objection().equals(Optional.of(Code.CLAIMED));
        // A card that is sliced is no rival of its slices.
        if (taken || unit.objection().isEmpty()) {
          unit.place().card().ifPresent(card -> add(card, isWhole(unit), taken));
        }
      }
    }

    private void add(PciAddress card, boolean isWhole, boolean taken) {
      (isWhole ? whole : sliced).add(card);
      if (taken) {
        (isWhole ? wholeTaken : sliceTaken).add(card);
      }
    }

    boolean isMixed(PciAddress card) {
      return whole.contains(card) && sliced.contains(card);
    }

    Optional<Code> objection(PlacedUnit unit) {
      Set<PciAddress> against = isWhole(unit) ? sliceTaken : wholeTaken;
      return unit.place().card().filter(against::contains).map(card -> Code.CARD_IN_USE);
    }

    private static boolean isWhole(PlacedUnit unit) {
      return unit.shape().kind() == UnitKind.WHOLE;
    }
  }
}
