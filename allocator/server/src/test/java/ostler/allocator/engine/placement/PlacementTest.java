package ostler.allocator.engine.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.allocator.engine.placement.Hosts.alias;
import static ostler.allocator.engine.placement.Hosts.ask;
import static ostler.allocator.engine.placement.Hosts.rule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.placement.Hosts.Card;
import ostler.allocator.engine.placement.Request.Need;
import ostler.flavor.Alias;
import ostler.flavor.Alias.Wishes;
import ostler.flavor.AliasName;
import ostler.flavor.HostOrder;
import ostler.flavor.NumaPolicy;
import ostler.flavor.Topology;
import ostler.inventory.HostName;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;

/** Which host is the better one, which units are taken, and what is said where none can be. */
final class PlacementTest {

  private static final int NVIDIA = 0x10de;
  private static final int AMD = 0x1002;
  private static final Alias ANY = alias(NumaPolicy.LEGACY, rule(NVIDIA));

  private static Request of(int count) {
    return ask(count, ANY, Guest.PLAIN);
  }

  private static Request of(int count, Topology topology) {
    return ask(count, alias(topology, rule(NVIDIA)), Guest.PLAIN);
  }

  /** Eight GPUs, two behind each switch, two switches on each of two nodes, in islands of four. */
  private static Card[] eight(int from, int out) {
    List<Card> cards = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Card card = Card.of("g" + (from + i), NVIDIA).at(i / 4).behind(i / 2).in("i" + i / 4);
      cards.add(i < out ? card.out(Code.CLAIMED) : card);
    }
    return cards.toArray(Card[]::new);
  }

  @Test
  void packingPrefersTheHostThatIsLeftWithTheLeast() {
    Hosts hosts = new Hosts().add("full", eight(0, 0)).add("used", eight(8, 5));
    assertTrue(hosts.score("used", of(1)) > hosts.score("full", of(1)));
    Alias spread =
        alias(new Wishes(NumaPolicy.LEGACY, Optional.empty(), HostOrder.SPREAD), rule(NVIDIA));
    assertTrue(
        hosts.score("used", ask(1, spread, Guest.PLAIN))
            < hosts.score("full", ask(1, spread, Guest.PLAIN)));
  }

  @Test
  void aBetterAlternativeComesBeforeAFullerHost() {
    Hosts hosts = new Hosts().add("first", eight(0, 0)).add("second", Card.of("amd", AMD));
    Alias either = alias(NumaPolicy.LEGACY, rule(NVIDIA), rule(AMD));
    Request request = ask(1, either, Guest.PLAIN);
    assertTrue(hosts.score("first", request) > hosts.score("second", request));
  }

  @Test
  void allUnitsAreOfOneAlternative() {
    Hosts hosts =
        new Hosts().add("mixed", Card.of("n", NVIDIA), Card.of("a", AMD), Card.of("b", AMD));
    Alias either = alias(NumaPolicy.LEGACY, rule(NVIDIA), rule(AMD));
    assertEquals(List.of("n"), hosts.choose("mixed", ask(1, either, Guest.PLAIN)));
    assertEquals(List.of("a", "b"), hosts.choose("mixed", ask(2, either, Guest.PLAIN)));
    assertEquals(
        Optional.of(Code.TOO_FEW_ON_ONE_HOST), hosts.judge("mixed", ask(3, either, Guest.PLAIN)));
  }

  @Test
  void anIslandThatIsBrokenIsBrokenFurtherBeforeAWholeOne() {
    Hosts hosts = new Hosts().add("host", eight(0, 1));
    // Of the first island one is gone, and its pair is behind a switch alone.
    assertEquals(List.of("g1"), hosts.choose("host", of(1)));
    assertEquals(List.of("g2", "g3"), hosts.choose("host", of(2)));
    assertEquals(List.of("g4", "g5", "g6", "g7"), hosts.choose("host", of(4)));
    assertEquals(List.of("g1", "g4", "g5", "g6", "g7"), hosts.choose("host", of(5)));
  }

  @Test
  void theSmallestMemoryThatIsEnoughIsTaken() {
    Hosts hosts =
        new Hosts()
            .add(
                "host",
                Card.of("s40", NVIDIA).with(40_960),
                Card.of("s10", NVIDIA).with(10_240),
                Card.of("s20", NVIDIA).with(20_480));
    Alias least = alias(NumaPolicy.LEGACY, rule(NVIDIA, UnitKind.WHOLE, 10_000));
    assertEquals(List.of("s10"), hosts.choose("host", ask(1, least, Guest.PLAIN)));
    assertEquals(List.of("s10", "s20"), hosts.choose("host", ask(2, least, Guest.PLAIN)));
    Alias more = alias(NumaPolicy.LEGACY, rule(NVIDIA, UnitKind.WHOLE, 15_000));
    assertEquals(List.of("s20"), hosts.choose("host", ask(1, more, Guest.PLAIN)));
  }

  @Test
  void aHostWithSmallerSlicesIsTheBetterOne() {
    Hosts hosts =
        new Hosts()
            .add("big", Card.of("s40", NVIDIA).with(40_960))
            .add("small", Card.of("s10", NVIDIA).with(10_240), Card.of("t10", NVIDIA).with(10_240));
    Alias least = alias(NumaPolicy.LEGACY, rule(NVIDIA, UnitKind.WHOLE, 10_000));
    Request request = ask(1, least, Guest.PLAIN);
    assertTrue(hosts.score("small", request) > hosts.score("big", request));
  }

  @Test
  void unitsLieToEachOtherAsTheAliasWishes() {
    Hosts hosts = new Hosts().add("host", eight(0, 1));
    assertEquals(List.of("g2", "g3"), hosts.choose("host", of(2, Topology.SAME_SWITCH)));
    assertEquals(
        Optional.of(Code.NOT_BEHIND_ONE_SWITCH), hosts.judge("host", of(3, Topology.SAME_SWITCH)));
    assertEquals(List.of("g1", "g2", "g3"), hosts.choose("host", of(3, Topology.SAME_ISLAND)));
    assertEquals(
        Optional.of(Code.NOT_IN_ONE_ISLAND), hosts.judge("host", of(5, Topology.SAME_ISLAND)));
    assertEquals(List.of("g1", "g2", "g4", "g6"), hosts.choose("host", of(4, Topology.SPREAD)));
    assertEquals(Optional.of(Code.NOT_SPREAD), hosts.judge("host", of(5, Topology.SPREAD)));
  }

  @Test
  void partsThatWantTheSameUnitsLeaveEachOtherWhatTheyNeed() {
    Hosts hosts =
        new Hosts()
            .add("host", Card.of("plain", NVIDIA).with(1), Card.of("large", NVIDIA).with(80_000));
    Alias any = alias(NumaPolicy.LEGACY, rule(NVIDIA));
    Alias large =
        new Alias(
            new AliasName("large"),
            List.of(rule(NVIDIA, UnitKind.WHOLE, 80_000)),
            WipeLevel.L3,
            any.wishes());
    Request anyFirst = new Request(List.of(new Need(any, 1), new Need(large, 1)), Guest.PLAIN);
    assertEquals(Optional.empty(), hosts.judge("host", anyFirst));
    assertEquals(List.of("large", "plain"), hosts.choose("host", anyFirst));
    Request tooMany = new Request(List.of(new Need(any, 2), new Need(large, 1)), Guest.PLAIN);
    assertEquals(Optional.of(Code.PARTS_COLLIDE), hosts.judge("host", tooMany));
  }

  /** Hundreds of units in hundreds of places, wanted by many: it says that it does not know. */
  @Test
  void aSearchThatCannotEndIsGivenUp() {
    Hosts hosts = new Hosts();
    for (int i = 0; i < 60; i++) {
      hosts.add("host", Card.of("g" + i, NVIDIA).behind(i));
    }
    List<Need> needs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      needs.add(
          new Need(
              new Alias(
                  new AliasName("a" + i), List.of(rule(NVIDIA)), WipeLevel.L3, Alias.Wishes.NONE),
              i == 3 ? 60 : 2));
    }
    assertEquals(
        Optional.of(Code.TOO_MANY_WAYS), hosts.judge("host", new Request(needs, Guest.PLAIN)));
  }

  @Test
  void aSentenceSaysWhatIsMissingAndWhatToDo() {
    Hosts hosts = new Hosts().add("host", eight(0, 5));
    assertEquals(
        "host host has 3 of the 4 units of alias gpu available; the others: 5 CLAIMED; look at"
            + " them to see why",
        sentence(hosts, "host", of(4)));
    assertEquals(
        "host host has 8 units that alias gpu means, and 9 are asked for; ask for fewer, or for a"
            + " larger host",
        sentence(hosts, "host", of(9)));
    assertEquals(
        "host other is not known; enroll it, or look at the list of hosts",
        sentence(hosts, "other", of(1)));
    assertEquals(
        "host host has no unit that alias gpu means; look at the alias, and at the host's units",
        sentence(hosts, "host", ask(1, alias(NumaPolicy.LEGACY, rule(AMD)), Guest.PLAIN)));
  }

  @Test
  void aHostThatIsNotHeardAnyMoreIsSilentWithoutBeingDrawnAnew() {
    Hosts hosts = new Hosts().add("host", eight(0, 0));
    Placement placement = new Placement(hosts.fleet(), of(1));
    int[] all = hosts.fleet().places();
    assertEquals(Optional.empty(), placement.judge(all, Hosts.NOW.plusSeconds(45)).code(0));
    assertEquals(
        Optional.of(Code.HOST_SILENT),
        placement.judge(all, Hosts.NOW.plus(Duration.ofSeconds(46))).code(0));
  }

  @Test
  void everyHostIsAnsweredOnceAndInOrderAlsoOneThatNobodyKnows() {
    Hosts hosts = new Hosts().add("b", eight(0, 0)).add("a", eight(8, 8));
    Verdicts verdicts =
        new Placement(hosts.fleet(), of(1))
            .judge(hosts.fleet().places(List.of("b", "nobody", "a", "b")), Hosts.NOW);
    assertEquals(4, verdicts.size());
    assertEquals(2, verdicts.passed());
    assertEquals(Optional.empty(), verdicts.code(0));
    assertEquals(Optional.of(Code.UNKNOWN_HOST), verdicts.code(1));
    assertEquals(Optional.of(Code.CLAIMED), verdicts.code(2));
    assertEquals(verdicts.score(0), verdicts.score(3));
  }

  @Test
  void whatIsAskedForHasBounds() {
    assertThrows(IllegalArgumentException.class, () -> new Need(ANY, 0));
    assertThrows(IllegalArgumentException.class, () -> new Need(ANY, Request.MAX_COUNT + 1));
    assertThrows(IllegalArgumentException.class, () -> new Request(List.of(), Guest.PLAIN));
    assertThrows(IllegalArgumentException.class, () -> Guest.of(Guest.MAX_CELLS + 1));
  }

  private static String sentence(Hosts hosts, String host, Request request) {
    return new Placement(hosts.fleet(), request)
        .objection(new HostName(host), Hosts.NOW)
        .orElseThrow()
        .message();
  }
}
