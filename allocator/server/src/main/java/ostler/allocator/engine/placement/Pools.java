package ostler.allocator.engine.placement;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import ostler.allocator.engine.Code;
import ostler.inventory.NumaNode;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;
import ostler.inventory.WipeLevel;
import ostler.pci.PciAddress;

/**
 * One host's units in arrays, drawn once and never changed.
 *
 * <p>Units that may be handed out lie in pools: those of one pool have the same shape, level, NUMA
 * node, switch and island, so it does not matter which of them one takes. The others are only
 * counted, by shape and by what stands in their way.
 */
final class Pools {

  /** Not known, or not there. */
  static final int NONE = -1;

  /** How many of a host's NUMA nodes a guest may be near to; larger machines have not been seen. */
  static final int MAX_NODES = 60;

  /** The NUMA nodes' numbers; elsewhere a node is its place in here. */
  final int[] nodes;

  /** The nodes that have units to give, a bit for each. */
  final long inhabited;

  /** Each node's processor socket. */
  final int[] sockets;

  final int switches;
  final int islands;

  /** Whether some pools' units exclude those of others. */
  final boolean sharedCards;

  // What each pool's units have in common, and how many they are.
  final int[] shape;
  final WipeLevel[] level;
  final int[] node;
  final int[] pcieSwitch;
  final int[] island;
  final int[] card;
  final boolean[] whole;
  final int[] count;

  /** The only project that each pool's units may be given to; null where any may have them. */
  final ProjectId[] keptFor;

  // The units that nobody may have.
  final int[] outShape;
  final Code[] outCode;
  final int[] outCount;

  /** Whether who looks at the host alone takes them for free. */
  final boolean[] outSeemsFree;

  // Where each pool begins in the lists of units.
  private final int[] first;
  private final long[] ids;
  private final long[] generations;

  // The card of each unit in these lists, and of those that nobody may have, in the same order.
  private final long[] cardOf;
  private final long[] outCardOf;

  Pools(HostDrawing drawing, Map<NumaNode, Integer> socketOf) {
    nodes = drawing.nodes().stream().mapToInt(NumaNode::number).toArray();
    sockets = drawing.nodes().stream().mapToInt(n -> socketOf.getOrDefault(n, NONE)).toArray();
    switches = drawing.switches();
    islands = drawing.islands();
    List<HostDrawing.Pool> pools = List.copyOf(drawing.pools().keySet());
    shape = pools.stream().mapToInt(HostDrawing.Pool::shape).toArray();
    level = pools.stream().map(HostDrawing.Pool::level).toArray(WipeLevel[]::new);
    node = pools.stream().mapToInt(HostDrawing.Pool::node).toArray();
    inhabited =
        Arrays.stream(node)
            .filter(number -> number != NONE && number < MAX_NODES)
            .mapToLong(number -> 1L << number)
            .reduce(0, (some, more) -> some | more);
    pcieSwitch = pools.stream().mapToInt(HostDrawing.Pool::pcieSwitch).toArray();
    island = pools.stream().mapToInt(HostDrawing.Pool::island).toArray();
    card = pools.stream().mapToInt(HostDrawing.Pool::card).toArray();
    sharedCards = pools.stream().anyMatch(pool -> pool.card() != NONE);
    keptFor = pools.stream().map(pool -> pool.keptFor().orElse(null)).toArray(ProjectId[]::new);
    count = drawing.pools().values().stream().mapToInt(List::size).toArray();
    whole = new boolean[count.length];
    first = new int[count.length];
    int next = 0;
    for (int pool = 0; pool < count.length; pool++) {
      whole[pool] = pools.get(pool).whole();
      first[pool] = next;
      next += count[pool];
    }
    List<PlacedUnit> units = drawing.pools().values().stream().flatMap(List::stream).toList();
    ids = units.stream().map(unit -> unit.id().value()).flatMapToLong(Pools::halves).toArray();
    generations = units.stream().mapToLong(PlacedUnit::generation).toArray();
    outShape = drawing.outs().keySet().stream().mapToInt(HostDrawing.Out::shape).toArray();
    outCode = drawing.outs().keySet().stream().map(HostDrawing.Out::code).toArray(Code[]::new);
    outCount = drawing.outs().values().stream().mapToInt(List::size).toArray();
    cardOf = cards(units);
    outCardOf = cards(drawing.outs().values().stream().flatMap(List::stream).toList());
    outSeemsFree = new boolean[outCount.length];
    int out = 0;
    for (HostDrawing.Out kind : drawing.outs().keySet()) {
      outSeemsFree[out++] = kind.seemsFree();
    }
  }

  /** How many pools there are. */
  int size() {
    return count.length;
  }

  /** Whether a pool's units are kept from who asks. */
  boolean isKeptFrom(ProjectId project, int pool) {
    return project != null && keptFor[pool] != null && !keptFor[pool].equals(project);
  }

  /** How many units may be handed out, each to somebody. */
  int available() {
    return generations.length;
  }

  /** The unit at a place of a pool, counted from 0. */
  Candidate unit(int pool, int place) {
    int at = first[pool] + place;
    return new Candidate(new UnitId(new UUID(ids[2 * at], ids[2 * at + 1])), generations[at]);
  }

  /** How many units of a pool are the card at that address, or lie on it. */
  int countOn(PciAddress address, int pool) {
    return count(cardOf, first[pool], count[pool], number(address));
  }

  /** The same for units that nobody may have. */
  int outCountOn(PciAddress address, int out) {
    int from = 0;
    for (int before = 0; before < out; before++) {
      from += outCount[before];
    }
    return count(outCardOf, from, outCount[out], number(address));
  }

  private static int count(long[] cards, int from, int length, long wanted) {
    int found = 0;
    for (int i = from; i < from + length; i++) {
      found += cards[i] == wanted ? 1 : 0;
    }
    return found;
  }

  private static long[] cards(List<PlacedUnit> units) {
    return units.stream()
        .mapToLong(unit -> unit.place().card().map(Pools::number).orElse((long) NONE))
        .toArray();
  }

  /** An address as one number, 0 or more. */
  private static long number(PciAddress address) {
    long slot = ((long) address.domain() << 8 | address.bus()) << 5 | address.device();
    return slot << 3 | address.function();
  }

  private static LongStream halves(UUID id) {
    return LongStream.of(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }
}
