package ostler.allocator.engine.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static ostler.allocator.engine.placement.Hosts.alias;
import static ostler.allocator.engine.placement.Hosts.ask;
import static ostler.allocator.engine.placement.Hosts.on;
import static ostler.allocator.engine.placement.Hosts.rule;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.placement.Hosts.Card;
import ostler.allocator.engine.placement.Request.Need;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.flavor.NumaPolicy;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;

/**
 * Nova's NUMA policies, by cases of its documentation and of what its scheduler is seen to do; the
 * names begin with the rows of that list of cases. The host has v1 twice on node 0, v2 on node 1
 * and v3 on a node that is not known; v4 is on all three.
 */
final class NovaNumaPolicyTest {

  private static final int V1 = 1;
  private static final int V2 = 2;
  private static final int V3 = 3;
  private static final int V4 = 4;

  private final Hosts hosts =
      new Hosts()
          .add(
              "host",
              Card.of("v1a", V1).at(0),
              Card.of("v1b", V1).at(0),
              Card.of("v2", V2).at(1),
              Card.of("v3", V3),
              Card.of("pr0", V4).at(0),
              Card.of("pr1", V4).at(1),
              Card.of("pr_none", V4));

  private List<String> chosen(int vendor, NumaPolicy policy, Guest guest) {
    return hosts.choose("host", ask(1, alias(policy, rule(vendor)), guest));
  }

  private Optional<Code> judged(int count, int vendor, NumaPolicy policy, Guest guest) {
    return hosts.judge("host", ask(count, alias(policy, rule(vendor)), guest));
  }

  private static Request two(NumaPolicy policy, Guest guest) {
    Alias first = alias(policy, rule(V1));
    Alias second =
        new Alias(new AliasName("other"), List.of(rule(V2)), WipeLevel.L3, first.wishes());
    return new Request(List.of(new Need(first, 1), new Need(second, 1)), guest);
  }

  @Test
  void c1DevicesOfBothNodesServeAGuestOnBoth() {
    assertEquals(Optional.empty(), hosts.judge("host", two(NumaPolicy.LEGACY, on(0, 1))));
  }

  @Test
  void c3DevicesOfBothNodesDoNotServeAGuestOnOneUnlessItOnlyPrefers() {
    assertEquals(
        Optional.of(Code.NUMA_MISMATCH), hosts.judge("host", two(NumaPolicy.LEGACY, on(0))));
    assertEquals(Optional.empty(), hosts.judge("host", two(NumaPolicy.PREFERRED, on(0))));
  }

  @Test
  void c4LegacyTakesADeviceWhoseNodeIsNotKnown() {
    assertEquals(List.of("v3"), chosen(V3, NumaPolicy.LEGACY, on(0)));
  }

  @Test
  void c4LegacyIsWhatAnAliasMeansThatSaysNothing() {
    assertEquals(NumaPolicy.LEGACY, Alias.Wishes.NONE.numa());
  }

  @Test
  void c5RequiredDoesNotTakeADeviceWhoseNodeIsNotKnown() {
    assertEquals(Optional.of(Code.NUMA_MISMATCH), judged(1, V3, NumaPolicy.REQUIRED, on(0)));
  }

  @Test
  void c9RequiredTakesTheDeviceOfTheGuestsNodeOrNone() {
    assertEquals(List.of("pr0"), chosen(V4, NumaPolicy.REQUIRED, on(0)));
    assertEquals(List.of(), chosen(V4, NumaPolicy.REQUIRED, on(999)));
  }

  @Test
  void c11LegacyDoesNotTakeADeviceOfAnotherNode() {
    assertEquals(Optional.of(Code.NUMA_MISMATCH), judged(1, V2, NumaPolicy.LEGACY, on(0)));
  }

  @Test
  void c12PreferredTakesTheNearThenTheUnknownThenTheOther() {
    assertEquals(List.of("pr0"), chosen(V4, NumaPolicy.PREFERRED, on(0)));
    assertEquals(List.of("pr_none"), chosen(V4, NumaPolicy.PREFERRED, on(999)));
    assertEquals(List.of("v2"), chosen(V2, NumaPolicy.PREFERRED, on(0)));
  }

  @Test
  void legacyTakesNearDevicesAloneWhereTheyAreEnough() {
    assertEquals(List.of("pr1"), chosen(V4, NumaPolicy.LEGACY, on(1)));
  }

  @Test
  void whereNearDevicesAreTooFewTheOthersHelpOut() {
    assertEquals(
        List.of("pr0", "pr_none"),
        hosts.choose("host", ask(2, alias(NumaPolicy.LEGACY, rule(V4)), on(0))));
    assertEquals(
        List.of("pr0", "pr1", "pr_none"),
        hosts.choose("host", ask(3, alias(NumaPolicy.PREFERRED, rule(V4)), on(0))));
  }

  @Test
  void aGuestWithoutATopologyIsNearToEverything() {
    for (NumaPolicy policy : NumaPolicy.values()) {
      assertEquals(Optional.empty(), judged(3, V4, policy, Guest.PLAIN), policy.name());
    }
  }

  @Test
  void preferredTakesEveryNearDeviceBeforeAnyOther() {
    Hosts far = new Hosts().add("host", Card.of("near", V1).at(0), Card.of("unknown", V1));
    for (int i = 0; i < 4; i++) {
      far.add("host", Card.of("far" + i, V1).at(1).in("island"));
    }
    Alias alias = alias(NumaPolicy.PREFERRED, rule(V1));
    assertEquals(List.of("far0", "near", "unknown"), far.choose("host", ask(3, alias, on(0))));
  }

  /** Nova takes no device at all then; that of the guest's own node is on its socket surely. */
  @Test
  void c14OfAHostThatDoesNotTellItsSocketsSocketTakesOnlyTheGuestsOwnNodes() {
    assertEquals(List.of("pr0"), chosen(V4, NumaPolicy.SOCKET, on(0)));
    assertEquals(Optional.of(Code.NUMA_MISMATCH), judged(2, V4, NumaPolicy.SOCKET, on(0)));
    assertEquals(Optional.of(Code.NUMA_MISMATCH), judged(1, V2, NumaPolicy.SOCKET, on(0)));
    assertEquals(Optional.of(Code.NUMA_MISMATCH), judged(1, V3, NumaPolicy.SOCKET, on(0)));
  }

  @Test
  void socketTakesADeviceOfAnotherNodeOnTheSameSocket() {
    Hosts two =
        new Hosts()
            .socket(0, 0)
            .socket(1, 0)
            .socket(2, 1)
            .add("host", Card.of("same", V1).at(1), Card.of("other", V1).at(2));
    Alias alias = alias(NumaPolicy.SOCKET, rule(V1));
    assertEquals(List.of("same"), two.choose("host", ask(1, alias, on(0))));
    assertEquals(Optional.of(Code.NUMA_MISMATCH), two.judge("host", ask(2, alias, on(0))));
    assertEquals(Optional.empty(), two.judge("host", ask(2, alias, on(0, 2))));
  }

  @Test
  void aGuestWhoseNodesAreNotChosenGetsAsManyAsItHasCells() {
    assertEquals(Optional.empty(), judged(1, V4, NumaPolicy.REQUIRED, Guest.of(1)));
    assertEquals(Optional.of(Code.NUMA_MISMATCH), judged(2, V4, NumaPolicy.REQUIRED, Guest.of(1)));
    assertEquals(Optional.empty(), judged(2, V4, NumaPolicy.REQUIRED, Guest.of(2)));
    // All parts of one request are on the same nodes.
    assertEquals(
        Optional.of(Code.PARTS_COLLIDE),
        hosts.judge("host", two(NumaPolicy.REQUIRED, Guest.of(1))));
  }

  /** Sixteen of 32 nodes can be chosen in 601,080,390 ways. */
  @Test
  void aHostOfManyNodesIsJudgedByThoseThatHaveUnits() {
    Hosts large = new Hosts();
    for (int node = 0; node < 32; node++) {
      large.socket(node, node / 16);
    }
    large.add("host", Card.of("a", V1).at(3), Card.of("b", V1).at(20), Card.of("c", V1));
    Alias required = alias(NumaPolicy.REQUIRED, rule(V1));
    assertEquals(Optional.empty(), large.judge("host", ask(2, required, Guest.of(16))));
    assertEquals(
        Optional.of(Code.NUMA_MISMATCH), large.judge("host", ask(3, required, Guest.of(16))));
    assertEquals(
        Optional.of(Code.NUMA_MISMATCH), large.judge("host", ask(2, required, Guest.of(1))));
    Alias socket = alias(NumaPolicy.SOCKET, rule(V1));
    assertEquals(Optional.empty(), large.judge("host", ask(2, socket, Guest.of(2))));
  }

  @Test
  void aBetterAlternativeIsTakenThoughItLiesOnALaterNode() {
    Hosts two = new Hosts().add("host", Card.of("second", V2).at(0), Card.of("first", V1).at(1));
    Request request = ask(1, alias(NumaPolicy.REQUIRED, rule(V1), rule(V2)), Guest.of(1));
    Request first = ask(1, alias(NumaPolicy.REQUIRED, rule(V1)), Guest.of(1));
    assertEquals(List.of("first"), two.choose("host", request));
    assertEquals(two.score("host", first), two.score("host", request));
  }

  @Test
  void asLongAsVirtualFunctionsAreThereTheirCardIsNotGivenWhole() {
    Hosts split = twoCards(Optional.empty());
    Alias slices = alias(NumaPolicy.LEGACY, rule(V1, UnitKind.SRIOV_VF, 0));
    Alias whole =
        new Alias(new AliasName("whole"), List.of(rule(V1)), WipeLevel.L3, slices.wishes());
    assertEquals(Optional.empty(), split.judge("host", ask(2, slices, Guest.PLAIN)));
    assertEquals(Optional.empty(), split.judge("host", ask(2, whole, Guest.PLAIN)));
    assertEquals(Optional.empty(), split.judge("host", both(slices, 4, whole, 1)));
    assertEquals(Optional.of(Code.PARTS_COLLIDE), split.judge("host", both(slices, 5, whole, 1)));
  }

  @Test
  void oneTakenVirtualFunctionKeepsItsCardFromBeingGivenWhole() {
    Hosts split = twoCards(Optional.of(Code.CLAIMED));
    Alias whole = alias(NumaPolicy.LEGACY, rule(V1));
    assertEquals(Optional.empty(), split.judge("host", ask(1, whole, Guest.PLAIN)));
    assertEquals(Optional.of(Code.CARD_IN_USE), split.judge("host", ask(2, whole, Guest.PLAIN)));
  }

  private static Request both(Alias one, int ones, Alias other, int others) {
    return new Request(List.of(new Need(one, ones), new Need(other, others)), Guest.PLAIN);
  }

  /** Two cards with four functions each, of which the first function may be out. */
  private static Hosts twoCards(Optional<Code> firstFunction) {
    Hosts hosts = new Hosts();
    for (int card = 0; card < 2; card++) {
      hosts.add("host", Card.of("pf" + card, V1).sliceOf(UnitKind.WHOLE, card));
      for (int function = 0; function < 4; function++) {
        Card slice = Card.of("vf" + card + function, V1).sliceOf(UnitKind.SRIOV_VF, card);
        boolean first = card == 0 && function == 0;
        hosts.add(
            "host", first && firstFunction.isPresent() ? slice.out(firstFunction.get()) : slice);
      }
    }
    return hosts;
  }
}
