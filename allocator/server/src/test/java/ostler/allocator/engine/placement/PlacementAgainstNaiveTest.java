package ostler.allocator.engine.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.HostStanding;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.placement.Naive.NaiveHost;
import ostler.allocator.engine.placement.Request.Need;
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

/** What counting says is what looking at every choice says, on fleets made up from a seed. */
final class PlacementAgainstNaiveTest {

  private static final int FLEETS = 4_000;
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  private static final List<UnitModel> MODELS =
      List.of(
          UnitModel.parse("10de:20b2/0x030200"),
          UnitModel.parse("10de:2330/0x030200"),
          UnitModel.parse("1002:740f/0x038000+1002:ab38/0x040300"));

  private final Map<Code, Integer> seen = new EnumMap<>(Code.class);
  private int passed;

  @Test
  void countingSaysWhatLookingAtEveryChoiceSays() {
    for (long seed = 0; seed < FLEETS; seed++) {
      compare(seed, new Random(seed));
    }
    // A comparison of nothing but refusals for one reason would prove little.
    for (Code code :
        List.of(
            Code.HOST_CORDONED,
            Code.HOST_SILENT,
            Code.NO_MATCH,
            Code.TOO_FEW_ON_ONE_HOST,
            Code.CLAIMED,
            Code.DIRTY,
            Code.CARD_IN_USE,
            Code.LEVEL_TOO_LOW,
            Code.NUMA_MISMATCH,
            Code.NOT_BEHIND_ONE_SWITCH,
            Code.NOT_IN_ONE_ISLAND,
            Code.NOT_SPREAD,
            Code.PARTS_COLLIDE)) {
      assertTrue(seen.getOrDefault(code, 0) > 0, code + " never came up: " + seen);
    }
    assertTrue(passed > FLEETS / 10, "only " + passed + " of " + FLEETS + " passed");
  }

  private void compare(long seed, Random random) {
    NaiveHost host = host(random);
    Request request = request(random);
    String said = "seed " + seed + ": " + host + " asked for " + request + " by " + request.guest();
    HostName name = new HostName("host");
    Shapes shapes = new Shapes();
    HostUnits drawn =
        HostUnits.draw(
            new HostStanding(
                name, host.cordoned() ? Optional.of(Code.HOST_CORDONED) : Optional.empty(), false),
            host.lastSeen(),
            host.sockets(),
            host.units(),
            shapes);
    Fleet fleet = Fleet.EMPTY.with(List.of(drawn), Set.of(), shapes);
    Placement placement = new Placement(fleet, request);
    Verdicts verdicts = placement.judge(fleet.places(), NOW);
    Optional<Code> expected = Naive.judge(host, request, NOW);
    assertEquals(expected, verdicts.code(0), said);
    assertEquals(expected, placement.objection(name, NOW).map(Reason::code), said);
    assertEquals(expected.isEmpty(), verdicts.score(0) > 0, said);
    Optional<Plan> plan = placement.plan(0, NOW, unit -> true);
    assertEquals(expected.isEmpty(), plan.isPresent(), said);
    plan.ifPresent(chosen -> assertTrue(isSound(host, request, chosen), said + " got " + chosen));
    if (expected.isEmpty() && request.needs().size() == 1) {
      int best = firstThatServes(host, request);
      assertEquals(best, Alias.MAX_RULES - (verdicts.score(0) + 999) / 1000, said);
      AliasRule rule = request.needs().get(0).alias().rules().get(best);
      assertTrue(shapes(host, plan.orElseThrow()).allMatch(rule::matches), said + " got " + plan);
    }
    expected.ifPresentOrElse(code -> seen.merge(code, 1, Integer::sum), () -> passed++);
  }

  /** The first rule of the one alias that serves the request by itself. */
  private static int firstThatServes(NaiveHost host, Request request) {
    Need need = request.needs().get(0);
    Alias alias = need.alias();
    for (int i = 0; i < alias.rules().size(); i++) {
      Alias only =
          new Alias(alias.name(), alias.rules().subList(i, i + 1), alias.level(), alias.wishes());
      Request alone = new Request(List.of(new Need(only, need.count())), request.guest());
      if (Naive.judge(host, alone, NOW).isEmpty()) {
        return i;
      }
    }
    throw new AssertionError("served by no rule of " + alias);
  }

  private static Stream<UnitShape> shapes(NaiveHost host, Plan plan) {
    List<UnitId> chosen = plan.units().stream().map(Candidate::unit).toList();
    return host.units().stream().filter(u -> chosen.contains(u.id())).map(PlacedUnit::shape);
  }

  private static boolean isSound(NaiveHost host, Request request, Plan plan) {
    Map<UnitId, PlacedUnit> byId = new HashMap<>();
    host.units().forEach(unit -> byId.put(unit.id(), unit));
    boolean current =
        plan.units().stream().allMatch(u -> byId.get(u.unit()).generation() == u.generation());
    return current
        && Naive.isSound(
            host,
            request,
            plan.parts().stream()
                .map(part -> part.stream().map(unit -> byId.get(unit.unit())).toList())
                .toList());
  }

  private static NaiveHost host(Random random) {
    List<PlacedUnit> units = new ArrayList<>();
    int size = random.nextInt(8);
    int models = 1 + random.nextInt(MODELS.size());
    boolean sliced = random.nextInt(4) == 0;
    int trouble = 2 + random.nextInt(5);
    for (int i = 0; i < size; i++) {
      units.add(unit(random, i, models, sliced, trouble));
    }
    Map<NumaNode, Integer> sockets = new HashMap<>();
    for (int node = 0; node < 3; node++) {
      if (random.nextInt(3) > 0) {
        sockets.put(new NumaNode(node), random.nextInt(2));
      }
    }
    Optional<Instant> lastSeen =
        random.nextInt(30) == 0
            ? Optional.empty()
            : Optional.of(NOW.minusSeconds(random.nextInt(20) == 0 ? 46 : 45));
    return new NaiveHost(random.nextInt(30) == 0, lastSeen, sockets, units);
  }

  private static PlacedUnit unit(
      Random random, int number, int models, boolean sliced, int trouble) {
    UnitKind kind = sliced && random.nextBoolean() ? UnitKind.SRIOV_VF : UnitKind.WHOLE;
    OptionalLong memory =
        random.nextInt(4) == 0 ? OptionalLong.empty() : OptionalLong.of(1024L << random.nextInt(3));
    UnitPlace place =
        new UnitPlace(
            memory,
            random.nextInt(5) == 0
                ? Optional.empty()
                : Optional.of(new NumaNode(random.nextInt(3))),
            random.nextInt(4) == 0 ? Optional.empty() : Optional.of(bridge(random.nextInt(3))),
            random.nextInt(4) == 0
                ? Optional.empty()
                : Optional.of(new UnitPlace.Island("i" + random.nextInt(2))),
            sliced ? Optional.of(bridge(16 + random.nextInt(2))) : Optional.empty());
    Optional<Code> objection =
        random.nextInt(trouble) > 0
            ? Optional.empty()
            : Optional.of(random.nextBoolean() ? Code.CLAIMED : Code.DIRTY);
    return new PlacedUnit(
        new UnitId(new UUID(random.nextLong(), number)),
        random.nextInt(1000),
        new UnitShape(
            MODELS.get(random.nextInt(models)),
            kind,
            Optional.empty(),
            Share.WHOLE,
            memory,
            new TreeSet<>()),
        place,
        random.nextInt(4) == 0 ? WipeLevel.L2 : WipeLevel.L3,
        objection);
  }

  private static PciAddress bridge(int bus) {
    return new PciAddress(0, bus, 0, 0);
  }

  private static Request request(Random random) {
    int size = random.nextInt(3) == 0 ? 2 + random.nextInt(2) : 1;
    List<Need> needs = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      needs.add(new Need(alias(random, "alias-" + i), 1 + random.nextInt(size == 1 ? 5 : 3)));
    }
    return new Request(needs, guest(random));
  }

  private static Guest guest(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> Guest.PLAIN;
      case 1 -> Guest.of(1 + random.nextInt(2));
      default -> {
        TreeSet<NumaNode> nodes = new TreeSet<>();
        nodes.add(new NumaNode(random.nextInt(4)));
        nodes.add(new NumaNode(random.nextInt(4)));
        yield Guest.on(nodes);
      }
    };
  }

  private static Alias alias(Random random, String name) {
    List<AliasRule> rules = new ArrayList<>();
    rules.add(rule(random, "10de", random.nextBoolean() ? "20b2" : null));
    if (random.nextInt(3) == 0) {
      rules.add(rule(random, "1002", null));
    }
    Optional<Topology> topology =
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(oneOf(random, List.of(Topology.values())));
    NumaPolicy policy = oneOf(random, List.of(NumaPolicy.values()));
    return new Alias(
        new AliasName(name),
        rules,
        random.nextBoolean() ? WipeLevel.L2 : WipeLevel.L3,
        new Wishes(policy, topology, random.nextBoolean() ? HostOrder.PACK : HostOrder.SPREAD));
  }

  private static AliasRule rule(Random random, String vendor, String product) {
    return new AliasRule(
        Optional.of(PciNumber.parse(vendor)),
        Optional.ofNullable(product).map(PciNumber::parse),
        Optional.empty(),
        Optional.empty(),
        random.nextInt(3) == 0 ? Optional.of(2048L) : Optional.empty(),
        random.nextInt(6) == 0 ? UnitKind.SRIOV_VF : UnitKind.WHOLE,
        Optional.empty(),
        new TreeSet<>());
  }

  private static <T> T oneOf(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
