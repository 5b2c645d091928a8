package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.allocator.store.Orchard.id;
import static ostler.allocator.store.Orchard.under;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ostler.allocator.FakeAgent;
import ostler.allocator.Machine;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;
import ostler.allocator.quota.Demand;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.ResourceKey.Family;
import ostler.allocator.quota.Verdict;
import ostler.allocator.quota.Wish;
import ostler.pci.PciId;

/** That limits are explained as they are applied, on every database. */
abstract class ExplainContract {

  private static final int ROUNDS = 60;
  private static final int CARDS = 12;

  private Fleet fleet;

  /** A new and empty database. */
  abstract Database.Settings empty() throws SQLException;

  @BeforeEach
  void plant() throws IOException, SQLException {
    fleet = new Fleet(empty()).withProject(100);
    fleet
        .treeDesk
        .apply(List.of(Wish.of(id("root")), under("team", "root"), under("p1", "team")), Fleet.TEST)
        .orElseThrow();
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private Verdict explained(int count) {
    Demand demand = fleet.quotaDesk.demand(Fleet.GPU, count).orElseThrow();
    return fleet.quotaDesk.explain(Fleet.P1, demand).orElseThrow().verdict();
  }

  /** What a card of the machine is charged. */
  private static final Map<ResourceKey, Long> CARD =
      Map.of(
          ResourceKey.TOTAL,
          1L,
          ResourceKey.of(Fleet.GPU),
          1L,
          new ResourceKey("model:1002:5046"),
          1L,
          new ResourceKey("kind:whole"),
          1L,
          ResourceKey.FRACTION,
          5040L,
          ResourceKey.MEMORY_MIB,
          1024L,
          ResourceKey.CLEANING,
          1L);

  @Test
  void whatIsAllowedByTheExplanationIsGrantedAndWhatIsNotIsRefused() {
    assertEquals(
        EnumSet.complementOf(EnumSet.of(Family.SLICE)),
        CARD.keySet().stream().map(ResourceKey::family).collect(Collectors.toSet()));
    FakeAgent agent = fleet.withHost(Machine.withMemory("gpu-1", Machine.GPU, CARDS, 1024));
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Deque<Claim> live = new ArrayDeque<>();
    int granted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String when = "in round " + round + " of seed " + seed;
      if (round > 0) {
        changeLimits(random);
      }
      int count = 1 + random.nextInt(3);
      Verdict verdict = explained(count);
      Outcome<Claim> outcome = fleet.claim(count);
      if (outcome instanceof Outcome.Done<Claim> done) {
        assertTrue(verdict.isAllowed(), when + ": granted in spite of " + verdict);
        live.add(done.value());
        granted++;
      } else {
        assertEquals(Code.QUOTA_EXCEEDED, Fleet.refusal(outcome), when);
        assertTrue(!verdict.isAllowed(), when + ": refused with " + outcome);
      }
      giveBackSome(live, agent, random);
    }
    assertTrue(granted > 0 && granted < ROUNDS, granted + " granted with seed " + seed);
  }

  private void changeLimits(Random random) {
    List<ResourceKey> keys = CARD.keySet().stream().sorted().toList();
    Wish wish = Wish.of(id(List.of("root", "team", "p1").get(random.nextInt(3))));
    for (int i = 0; i < 2; i++) {
      ResourceKey key = keys.get(random.nextInt(keys.size()));
      long cards = CARD.get(key) * random.nextInt(8);
      wish =
          switch (random.nextInt(4)) {
            case 0 -> wish.unset(key);
            case 1 -> wish.unlimited(key);
            default -> wish.limited(key, new Limit(Math.max(0, cards - random.nextInt(2))));
          };
    }
    fleet.treeDesk.apply(List.of(wish), Fleet.TEST).orElseThrow();
  }

  /** At most 6 of the units are taken, and some of the others may wait to be cleaned. */
  private void giveBackSome(Deque<Claim> live, FakeAgent agent, Random random) {
    while (live.stream().mapToInt(Claim::count).sum() > 6 || random.nextInt(3) == 0) {
      if (live.isEmpty()) {
        break;
      }
      fleet.release(live.remove().id());
    }
    if (random.nextBoolean()) {
      fleet.takesUpAndReports(agent);
    }
    boolean scarce =
        fleet.units().stream().filter(unit -> unit.state().name().equals("CLEAN")).count() < 3;
    if (scarce) {
      fleet.converge(agent);
    }
  }

  /** Where cards differ, what is said is what holds for each of them. */
  @Test
  void ofCardsThatDifferTheLeastIsExplained() {
    fleet.withHost(Machine.withMemory("gpu-1", Machine.GPU, 1, 1024));
    fleet.withHost(Machine.withMemory("gpu-2", PciId.parse("1002:9999"), 1, 4096));
    assertEquals(
        Map.of(
            ResourceKey.TOTAL,
            2L,
            ResourceKey.of(Fleet.GPU),
            2L,
            new ResourceKey("kind:whole"),
            2L,
            ResourceKey.FRACTION,
            10080L,
            ResourceKey.MEMORY_MIB,
            2048L),
        fleet.quotaDesk.demand(Fleet.GPU, 2).orElseThrow().amounts());
    Wish tooLittle = Wish.of(id("team")).limited(ResourceKey.MEMORY_MIB, new Limit(1023));
    fleet.treeDesk.apply(List.of(tooLittle), Fleet.TEST).orElseThrow();
    assertEquals(
        Set.of(id("team")),
        explained(1).objections().stream()
            .map(Verdict.Objection::project)
            .collect(Collectors.toSet()));
    assertEquals(Code.QUOTA_EXCEEDED, Fleet.refusal(fleet.claim(1)));
  }
}
